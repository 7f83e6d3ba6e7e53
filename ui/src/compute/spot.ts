import type { Vehicle, VehicleSpec } from '../wire/gen'
import { isZoomed } from './field'
import type { Grid } from './grid'
import type { FrameTime } from './frameTime'
import type { Pose, PoseLog } from './poses'
import { target, type Ellipse, type Eye, type EyeError, type Pixel, type Target } from './target'

/** A place that was taken from a picture of a vehicle, and the time of that picture. */
export type Spot = Target & { vehicle: string; time: FrameTime }
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

/** The camera as it was at a moment, or what of it is not known. */
export function eye(spec: VehicleSpec, v: Pick<Vehicle, 'cameras'>, { place, look, hfovDeg: told }: Pose, aspect: number): Eye | 'position' | 'gimbal' | 'zoom' {
  if (place === null) return 'position'
  if (look === null) return 'gimbal'
  if (told === null && isZoomed(v)) return 'zoom'
  const camera = v.cameras?.[0]
  const hfovDeg = told ?? camera?.streams?.find((s) => s.id === camera.shown)?.hfovDeg ?? spec.hfovDeg
  if (!(hfovDeg > 0 && hfovDeg < 179 && aspect > 0)) return 'zoom'
  return { lat: place.lat, lon: place.lon, altAmsl: place.altAmsl, yawDeg: look.yawDeg, pitchDeg: look.pitchDeg, rollDeg: look.rollDeg, hfovDeg, aspect }
}

/** The place that a pixel of a frame shows; poses are those of its vehicle. Ground that the grid does not have is taken as level at the height of home. */
export function spotAt(spec: VehicleSpec, v: Vehicle, poses: PoseLog | undefined, time: FrameTime | null, aspect: number, p: Pixel, grid: Grid | null): Spot | NoSpot {
  if (time === null) return 'clock'
  const pose = poses?.pose(time.ms) ?? { place: null, look: null, hfovDeg: null }
  const c = eye(spec, v, pose, aspect)
  if (typeof c === 'string') return c
  const levelAmsl = (pose.place?.altAmsl ?? 0) - (pose.place?.altRelM ?? 0)
  const got = target(c, p, eyeError(v), { grid, levelAmsl }, rangeM)
  return typeof got === 'string' ? got : { ...got, vehicle: spec.id, time }
}

/** By how much the axes of an ellipse of 95 % are longer than those of one standard deviation, for two dimensions. */
const share95 = Math.sqrt(-2 * Math.log(0.05))

/** The ellipse within which a place lies with 95 %. */
export const within95 = (e: Ellipse): Ellipse => ({ ...e, majorM: e.majorM * share95, minorM: e.minorM * share95 })

/** Metres as they are worth telling: tenths below ten. */
export const metres = (m: number): string => (m < 9.95 ? m.toFixed(1) : m.toFixed(0))

/** What is copied: the place, its ground and its error on one line. */
export function spotText({ place, groundAmsl, surveyed, ellipse, vehicle, time }: Spot): string {
  const e = within95(ellipse)
  const at = new Date(time.ms).toISOString()
  return `${place.lat.toFixed(6)}, ${place.lon.toFixed(6)} (WGS-84), ${groundAmsl.toFixed(0)} m AMSL${surveyed ? '' : ' (taken as level)'}, 95 %: ${metres(e.majorM)} m × ${metres(e.minorM)} m, ${e.bearingDeg.toFixed(0)}°, ${vehicle} ${at}`
}

/** The pixel under a point of an element that shows a picture whole (object-fit: contain); null beside it. */
export function pixelAt(x: number, y: number, width: number, height: number, aspect: number): Pixel | null {
  const [w, h] = width / height > aspect ? [height * aspect, height] : [width, width / aspect]
  const p = { x: (x - (width - w) / 2) / w, y: (y - (height - h) / 2) / h }
  return p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1 ? p : null
}
