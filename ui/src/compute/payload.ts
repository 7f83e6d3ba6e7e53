import type { Camera, Gimbal, GimbalManager, Vehicle } from '../wire/gen'
import { isOld } from './fresh'
import { ageS } from './time'

/** How old a camera's capture status, told once a second, may be to count on from. */
export const statusS = 5

/** The camera that is worked with: the first. */
export const cameraOf = (v: Pick<Vehicle, 'cameras'> | undefined): Camera | undefined => v?.cameras?.[0]

export const managerOf = (v: Pick<Vehicle, 'gimbal'> | undefined): GimbalManager | undefined => (v?.gimbal as Gimbal | undefined)?.manager

export const can = (c: Camera | undefined, what: string): boolean => c?.capabilities?.includes(what) ?? false

/** Seconds recorded: what the camera told, counted on while its word is new; null while it does not record. */
export function recorded(c: Camera, now: number): number | null {
  if (!c.recording) return null
  const age = ageS(c.statusAt, now)
  const told = c.recordSeconds ?? 0
  return age === null || age > statusS ? told : told + age
}

/** 0:42, 12:05, 1:02:03. */
export function timer(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  const h = Math.floor(s / 3600)
  return h > 0 ? `${h}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`
}

/** Whether the camera has been silent for so long that what it said is not the present. */
export const cameraOld = (c: Camera, now: number): boolean => isOld(c.at, now, statusS)

/** The zoom one step nearer or wider, percent; undefined at the end, or where the camera does not tell. */
export function zoomStep(c: Camera, by: 1 | -1, step = 20): number | undefined {
  if (c.zoom === undefined) return undefined
  const next = Math.min(100, Math.max(0, (Math.round(c.zoom / step) + by) * step))
  return next === c.zoom ? undefined : next
}

/** What is shown now, and whether the other picture can be had. */
export function source(c: Camera): { thermal: boolean; both: boolean } {
  const streams = c.streams ?? []
  const shown = streams.find((s) => s.id === c.shown)
  return { thermal: shown?.thermal ?? false, both: streams.some((s) => s.thermal) && streams.some((s) => !s.thermal) }
}

/** Free storage: 28 GB, 640 MB; undefined where the camera does not tell. */
export function storageText(c: Camera): string | undefined {
  const mb = c.storageFreeMB
  if (mb === undefined) return undefined
  if (mb >= 10000) return `${Math.round(mb / 1000)} GB`
  return mb >= 1000 ? `${(mb / 1000).toFixed(1)} GB` : `${Math.round(mb)} MB`
}

/** Whether so little is left that it should be seen: a minute or two of video. */
export const storageLow = (c: Camera): boolean => c.storage === 'empty' || c.storage === 'unformatted' || (c.storageFreeMB ?? Infinity) < 500

/** Whether the gimbal may be turned without taking it from anybody. */
export const mayTurn = (m: GimbalManager): boolean => m.control === 'none' || m.control === 'station'
