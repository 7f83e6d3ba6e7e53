import type { Vehicle, VehicleSpec } from '../wire/gen'
import type { FrameTime } from './frameTime'
import type { Pose } from './poses'
import { target, type EyeError, type Eye, type Pixel, type Target } from './target'

/** A place that was taken from a picture. */
export type Spot = Target & { vehicle: string; by: FrameTime['by'] }
/** Why a picture gives no place. */
export type NoSpot = 'sky' | 'far' | 'position' | 'gimbal' | 'zoom' | 'clock'

const rangeM = 3000

/** The errors of what a vehicle tells, as the station takes them (mission/privacy). */
export function eyeError(v: Pick<Vehicle, 'gps'>): EyeError {
  const { fix, hdop, hAccM, vAccM } = v.gps
  const fixed = fix >= 3
  return {
    horizontalM: fixed ? (hAccM ?? 2.5 * hdop) : 30, verticalM: fixed ? (vAccM ?? 3.75 * hdop) : 30, groundM: 2, yawDeg: 2, pitchDeg: 0.7, rollDeg: 0.7,
  }
}

/** The camera as it was at a moment, or what of it is not known. Ground is taken as level at the height of home. */
export function eye(spec: VehicleSpec, v: Pick<Vehicle, 'cameras'>, { place, look }: Pose, aspect: number): Eye | 'position' | 'gimbal' | 'zoom' {
  if (place === null) return 'position'
  if (look === null) return 'gimbal'
  if ((v.cameras ?? []).some((c) => (c.zoom ?? 0) > 0)) return 'zoom'
  const camera = v.cameras?.[0]
  const hfovDeg = camera?.streams?.find((s) => s.id === camera.shown)?.hfovDeg ?? spec.hfovDeg
  if (!(hfovDeg > 0 && hfovDeg < 179 && aspect > 0)) return 'zoom'
  return { lat: place.lat, lon: place.lon, altAmsl: place.altAmsl, yawDeg: look.yawDeg, pitchDeg: look.pitchDeg, rollDeg: look.rollDeg, hfovDeg, aspect }
}

/** The place that a pixel of a frame shows. */
export function spotAt(spec: VehicleSpec, v: Vehicle, pose: Pose, by: FrameTime['by'], aspect: number, p: Pixel): Spot | NoSpot {
  if (by === 'unknown') return 'clock'
  const c = eye(spec, v, pose, aspect)
  if (typeof c === 'string') return c
  const got = target(c, p, eyeError(v), (pose.place?.altAmsl ?? 0) - (pose.place?.altRelM ?? 0), rangeM)
  return typeof got === 'string' ? got : { ...got, vehicle: spec.id, by }
}

/** The pixel under a point of an element that shows a picture whole (object-fit: contain); null beside it. */
export function pixelAt(x: number, y: number, width: number, height: number, aspect: number): Pixel | null {
  const [w, h] = width / height > aspect ? [height * aspect, height] : [width, width / aspect]
  const p = { x: (x - (width - w) / 2) / w, y: (y - (height - h) / 2) / h }
  return p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1 ? p : null
}
