import { call } from './http'
import type { AimInput, Command } from './gen'

const at = (vehicle: string, path: string) => `/vehicles/${encodeURIComponent(vehicle)}/${path}`

export const photo = (vehicle: string) => call<Command>('POST', at(vehicle, 'camera/photo'), {})
export const record = (vehicle: string, on: boolean) => call<Command>('POST', at(vehicle, 'camera/record'), { on })
export const zoom = (vehicle: string, percent: number) => call<Command>('POST', at(vehicle, 'camera/zoom'), { percent })
export const showSource = (vehicle: string, thermal: boolean) => call<Command>('POST', at(vehicle, 'camera/source'), { thermal })
export const aim = (vehicle: string, to: AimInput) => call<Command>('POST', at(vehicle, 'gimbal/aim'), to)
/** Turns the gimbal for half a second, degrees a second. */
export const jog = (vehicle: string, pitchRate: number, yawRate: number) => call<undefined>('POST', at(vehicle, 'gimbal/jog'), { pitchRate, yawRate })
