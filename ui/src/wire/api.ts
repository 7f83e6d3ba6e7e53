import type {
  Alarm, Command, Incident, IncidentInput, LatLon, Outlook, Position, SessionInfo, Sortie,
} from './gen'
import { call } from './http'

const at = encodeURIComponent

export const session = () => call<SessionInfo>('GET', '/session')
export const signIn = (name: string, password: string) => call<SessionInfo>('POST', '/session', { name, password })
export const signOut = () => call<undefined>('DELETE', '/session')
export const setUp = (token: string, name: string, password: string) =>
  call<SessionInfo>('POST', '/setup', { token, name, password })

export const reportIncident = (input: IncidentInput) => call<Incident>('POST', '/incidents', input)
export const moveIncident = (id: string, place: LatLon) => call<Incident>('PATCH', `/incidents/${at(id)}`, { place })
export const cancelIncident = (id: string, reason: string) =>
  call<Incident>('POST', `/incidents/${at(id)}/cancel`, reason === '' ? {} : { reason })

export const confirmSortie = (id: string) => call<Sortie>('POST', `/sorties/${at(id)}/confirm`)
export const recallSortie = (id: string) => call<Sortie>('POST', `/sorties/${at(id)}/recall`)

export type PlainAct = 'hold' | 'continue' | 'return' | 'land'
export type AimedAct = 'goto' | 'look-at'

/** epoch is the vehicle's control epoch that the operator sees, so that a stale page cannot steer. */
export const order = (vehicle: string, act: PlainAct, epoch?: number) =>
  call<Command>('POST', `/vehicles/${at(vehicle)}/${act}`, epoch ? { epoch } : {})
export const orderTo = (vehicle: string, act: AimedAct, position: Position, epoch?: number) =>
  call<Command>('POST', `/vehicles/${at(vehicle)}/${act}`, epoch ? { position, epoch } : { position })
export const release = (vehicle: string) => call<Outlook>('POST', `/vehicles/${at(vehicle)}/release`)

export const holdAll = () => call<Command[]>('POST', '/fleet/hold')
export const recallAll = () => call<Command[]>('POST', '/fleet/recall')
export const acknowledgeAlarm = (id: string) => call<Alarm>('POST', `/alarms/${at(id)}/ack`)
