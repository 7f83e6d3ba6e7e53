import type { LatLon, NoRecordZone, Vehicle } from '../wire/gen'
import { ring } from './aim'
import { widthNow } from './field'
import { bearingDeg, offset } from './geo'
import type { Grid } from './grid'
import type { Ground } from './ground'
import { shown, type Eye, type Pixel } from './target'

/** How far a camera at its wide end shows enough to be of concern, metres, as the station has it. */
export const sharpM = 500
/** How many rays are followed along each edge of the picture. */
const rays = 16

/**
 * The ground that a camera sees within rangeM, as a closed ring: what the rim of its picture shows, and where that is the
 * horizon, or farther, the circle of the range. Empty if it sees none.
 */
export function footprint(eye: Eye, ground: Ground, rangeM = sharpM): LatLon[] {
  const edge = (from: Pixel, to: Pixel) => Array.from({ length: rays }, (_, i) => ({ x: from.x + ((to.x - from.x) * i) / rays, y: from.y + ((to.y - from.y) * i) / rays }))
  const [a, b, c, d] = [{ x: 0, y: 1 }, { x: 1, y: 1 }, { x: 1, y: 0 }, { x: 0, y: 0 }]
  const at = (p: Pixel) => shown(eye, p, ground, rangeM)
  /** The places that a side shows, upwards, and last the farthest of them. */
  const side = (x: number) => {
    const out: LatLon[] = []
    const see = (y: number) => {
      const place = at({ x, y })
      if (place !== null) out.push(place)
      return place !== null
    }
    let n = 0
    while (n <= rays && see(1 - n / rays)) n++
    if (n === 0 || n > rays) return out
    let [near, far] = [1 - (n - 1) / rays, 1 - n / rays]
    for (let k = 0; k < 12; k++) {
      const half = (near + far) / 2
      if (see(half)) near = half
      else far = half
    }
    return out
  }
  const [left, right] = [side(0), side(1)]
  const [first, last] = [left.at(-1), right.at(-1)]
  const bottom = edge(a, b).map(at)
  if (first === undefined || last === undefined) return []
  const turn = ((bearingDeg(eye, last) - bearingDeg(eye, first) + 540) % 360) - 180
  const top = edge(c, d).map((p) => at(p) ?? offset(eye, bearingDeg(eye, first) + turn * p.x, rangeM))
  const ring = [...bottom.filter((p) => p !== null), ...right, ...top, ...left.reverse()]
  return [...ring, ...ring.slice(0, 1)]
}

/** What a vehicle in the air sees, as wide as its camera tells, else as wideDeg; empty while its place or its gimbal is not known. */
export function seen(v: Vehicle | undefined, wideDeg: number, now: number, grid: Grid | null): LatLon[] {
  if (v?.position === undefined || v.gimbal === undefined || !(wideDeg > 0)) return []
  const { hfovDeg, times } = widthNow(v, wideDeg, now)
  const eye = { ...v.position, yawDeg: v.gimbal.yawDeg, pitchDeg: v.gimbal.pitchDeg, rollDeg: 0, hfovDeg, aspect: 16 / 9 }
  return footprint(eye, { grid, levelAmsl: v.position.altAmsl - v.altRelM }, sharpM * times)
}

/** The rim of a no-record zone, closed. */
export function rim(z: Pick<NoRecordZone, 'ring' | 'center' | 'radiusM'>): LatLon[] {
  if (z.center !== undefined) return ring(z.center, z.radiusM ?? 0)
  const first = z.ring?.[0]
  return first ? [...(z.ring ?? []), first] : []
}
