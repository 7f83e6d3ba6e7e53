import type { Vehicle } from '../wire/gen'
import { fieldOf } from './field'
import { at } from './time'

/** How long poses are kept, and how old the newest may be to go on from, ms: the latter as the station has it (mission/privacy). */
export const keepMs = 5000
export const poseStaleMs = 1500

export type PlaceAt = { ms: number; lat: number; lon: number; altAmsl: number; altRelM: number; headingDeg: number; northMS: number; eastMS: number; upMS: number }
export type LookAt = { ms: number; yawDeg: number; pitchDeg: number; rollDeg: number }
type WidthAt = { ms: number; hfovDeg: number }
/** Where a vehicle was, and where its camera looked and how wide, at one moment; null: not known, or not told, then. */
export type Pose = { place: PlaceAt | null; look: LookAt | null; hfovDeg: number | null }

const metresPerDeg = (6_378_137 * Math.PI) / 180
const mix = (a: number, b: number, k: number) => a + (b - a) * k
/** Between two angles the shorter way around. */
const turn = (a: number, b: number, k: number) => a + (((((b - a) % 360) + 540) % 360) - 180) * k
const around = (deg: number) => ((deg % 360) + 360) % 360

/** The two of a list around a moment; b is absent after the newest. Null: before the oldest, or a gap, or too long after. */
function beside<T extends { ms: number }>(list: readonly T[], ms: number): { a: T; b?: T } | null {
  const i = list.findLastIndex((p) => p.ms <= ms)
  const [a, b] = [list[i], list[i + 1]]
  if (a === undefined || (b?.ms ?? ms) - a.ms > poseStaleMs) return null
  return b === undefined ? { a } : { a, b }
}

/** What one vehicle told of its place and its camera's direction in the last seconds, by the time of the station. */
export class PoseLog {
  #places: PlaceAt[] = []
  #looks: LookAt[] = []
  #widths: WidthAt[] = []

  hear(v: Vehicle): void {
    const [placed, looked] = [at(v.positionAt), at(v.gimbal?.at)]
    if (v.position && placed !== null && placed > (this.#places.at(-1)?.ms ?? 0)) {
      const { lat, lon, altAmsl } = v.position
      this.#places.push({ ms: placed, lat, lon, altAmsl, altRelM: v.altRelM, headingDeg: v.headingDeg, northMS: v.velNMs, eastMS: v.velEMs, upMS: -v.velDMs })
      this.#places = this.#places.filter((p) => p.ms >= placed - keepMs)
    }
    if (v.gimbal && looked !== null && looked > (this.#looks.at(-1)?.ms ?? 0)) {
      this.#looks.push({ ms: looked, yawDeg: v.gimbal.yawDeg, pitchDeg: v.gimbal.pitchDeg, rollDeg: v.gimbal.rollDeg })
      this.#looks = this.#looks.filter((p) => p.ms >= looked - keepMs)
    }
    const field = fieldOf(v)
    const told = at(field?.at)
    if (field && told !== null && told > (this.#widths.at(-1)?.ms ?? 0)) {
      this.#widths.push({ ms: told, hfovDeg: field.hDeg })
      this.#widths = this.#widths.filter((p) => p.ms >= told - keepMs)
    }
  }

  /** Between two words it is between them; after the newest the vehicle goes on as it flew and the camera looks where it did. */
  pose(ms: number): Pose {
    return { place: this.#place(ms), look: this.#look(ms), hfovDeg: this.#width(ms) }
  }

  #place(ms: number): PlaceAt | null {
    const two = beside(this.#places, ms)
    if (two === null) return null
    const { a, b } = two
    if (b === undefined) {
      const s = (ms - a.ms) / 1000
      const north = (a.northMS * s) / metresPerDeg
      const east = (a.eastMS * s) / metresPerDeg / Math.cos((a.lat * Math.PI) / 180)
      return { ...a, ms, lat: a.lat + north, lon: a.lon + east, altAmsl: a.altAmsl + a.upMS * s, altRelM: a.altRelM + a.upMS * s }
    }
    const k = (ms - a.ms) / (b.ms - a.ms)
    return {
      ms, lat: mix(a.lat, b.lat, k), lon: mix(a.lon, b.lon, k), altAmsl: mix(a.altAmsl, b.altAmsl, k), altRelM: mix(a.altRelM, b.altRelM, k),
      headingDeg: around(turn(a.headingDeg, b.headingDeg, k)), northMS: mix(a.northMS, b.northMS, k), eastMS: mix(a.eastMS, b.eastMS, k), upMS: mix(a.upMS, b.upMS, k),
    }
  }

  #width(ms: number): number | null {
    const two = beside(this.#widths, ms)
    if (two === null) return null
    const { a, b } = two
    return b === undefined ? a.hfovDeg : mix(a.hfovDeg, b.hfovDeg, (ms - a.ms) / (b.ms - a.ms))
  }

  #look(ms: number): LookAt | null {
    const two = beside(this.#looks, ms)
    if (two === null) return null
    const { a, b } = two
    if (b === undefined) return { ...a, ms }
    const k = (ms - a.ms) / (b.ms - a.ms)
    return { ms, yawDeg: around(turn(a.yawDeg, b.yawDeg, k)), pitchDeg: mix(a.pitchDeg, b.pitchDeg, k), rollDeg: mix(a.rollDeg, b.rollDeg, k) }
  }
}
