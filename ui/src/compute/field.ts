import type { Field, Vehicle } from '../wire/gen'
import { at } from './time'

/** How long what a camera told of its field of view is taken to be so, ms, and how many times farther a zoomed one sees at most, as the station has them. */
const freshMs = 1500
const nearestTimes = 10

/** What the camera of the picture that is shown told of its field of view. Which of several cameras that is, or of a thermal one beside, is not known. */
export function fieldOf(v: Pick<Vehicle, 'cameras'>): Field | undefined {
  const [camera, more] = v.cameras ?? []
  if (camera === undefined || more !== undefined) return undefined
  return camera.streams?.find((s) => s.id === camera.shown)?.thermal === true ? undefined : camera.field
}

export const isZoomed = (v: Pick<Vehicle, 'cameras'>): boolean => (v.cameras ?? []).some((c) => (c.zoom ?? 0) > 0)

/** The width of its picture, and how many times farther it sees than at its wide end; wide where it told nothing lately. */
export function widthNow(v: Pick<Vehicle, 'cameras'>, wideDeg: number, now: number): { hfovDeg: number; times: number } {
  const told = fieldOf(v)
  const ms = at(told?.at)
  if (told === undefined || ms === null || now - ms > freshMs) return { hfovDeg: wideDeg, times: 1 }
  const half = (deg: number) => Math.tan((deg * Math.PI) / 360)
  return { hfovDeg: told.hDeg, times: Math.min(nearestTimes, Math.max(1, half(wideDeg) / half(told.hDeg))) }
}
