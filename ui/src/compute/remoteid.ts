import type { RemoteId, Vehicle, VehicleSpec } from '../wire/gen'
import type { Tone } from './tone'
import { isOld } from './fresh'

/** What is known of a vehicle's own remote identification. */
export type Identification = { state: RemoteId['state'] | 'unheard'; tone: Tone; text: string; at: string | undefined }

/** How old an arming status may be that a launch depends on, seconds. */
export const statusLimitS = 5

/** The row of the drawer; nothing where nobody asks for it and no transmitter is heard. */
export function identification(spec: VehicleSpec, v: Vehicle | undefined, now: number): Identification | undefined {
  const required = spec.remoteId === 'required'
  const r = v?.remoteId
  if (v === undefined || spec.remoteId === 'none' || (r === undefined && !required)) return undefined
  if (r === undefined) return { state: 'unheard', tone: 'care', text: '', at: undefined }
  const state = r.state === 'ready' && isOld(r.at, now, statusLimitS) ? 'silent' : r.state
  if (state === 'ready') return { state, tone: 'fine', text: '', at: r.at }
  return { state, tone: required && !roofed(spec, v) ? 'care' : 'still', text: state === 'failing' ? (r.text ?? '') : '', at: r.at }
}

/** Under a closed lid there is no position, and no transmitter is ready. */
const roofed = (spec: VehicleSpec, v: Vehicle) => spec.dock !== undefined && v.gps.fix < 3 && v.remoteId?.state === 'failing'

/** Says whether remote identification keeps the vehicle from being sent, as the dispatcher judges it. */
export function unidentified(spec: VehicleSpec, v: Vehicle): boolean {
  return spec.remoteId === 'required' && v.remoteId?.state !== 'ready' && !roofed(spec, v)
}
