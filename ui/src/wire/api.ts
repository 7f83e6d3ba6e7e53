import type {
  Alarm, Binding, Command, Incident, IncidentInput, LatLon, Outlook, Patrol, PatrolInput, Plan, PlanInput, Position, SessionInfo, Sortie,
  FlightLog, FollowInput, GotoInput, OrbitInput, Point, Recording, RecordingDetail, RecordingItem, Service,
} from './gen'
import { call, send } from './http'

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

/** Flies a plan on that was broken off; item counts in the sortie's route. */
export const resumeSortie = (id: string, item: number) => call<Sortie>('POST', `/sorties/${at(id)}/resume`, { item })

/** The vehicle's own log of a sortie: how far it is, and where it is fetched from. */
export const flightLog = (sortie: string) => call<FlightLog>('GET', `/flight-logs/${at(sortie)}`)
export const flightLogFile = (sortie: string) => `/api/v1/flight-logs/${at(sortie)}/file`

/** What recordings are looked for; absent is any. */
export type FindRecordings = { from?: string; to?: string; vehicle?: string; sortie?: string; lat?: number; lon?: number; withinM?: number }
const query = (of: Readonly<Record<string, string | number | boolean>>) => new URLSearchParams(Object.entries(of).map(([k, v]) => [k, String(v)])).toString()
export const recordings = (find: FindRecordings) => call<RecordingItem[]>('GET', `/recordings?${query(find)}`)
export const recording = (id: string) => call<RecordingDetail>('GET', `/recordings/${at(id)}`)
export const recordingTrack = (id: string) => call<Point[]>('GET', `/recordings/${at(id)}/track`)
/** Where the file of a segment is fetched, below the API's root. */
export const segmentFile = (id: string, n: number) => `/recordings/${at(id)}/segments/${n}`
/** Where a clip is downloaded; empty from and to are the beginning and the end. */
export const exportFile = (id: string, from: string, to: string, originals: boolean) =>
  `/api/v1/recordings/${at(id)}/export?${query({ ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }), originals })}`
export const holdRecording = (id: string, reason: string) => call<undefined>('POST', `/recordings/${at(id)}/hold`, { reason })
export const releaseRecording = (id: string, reason: string) => call<undefined>('POST', `/recordings/${at(id)}/release`, { reason })
export const startRecording = (vehicle: string) => call<Recording>('POST', `/vehicles/${at(vehicle)}/recording`)
export const stopRecording = (vehicle: string) => call<undefined>('DELETE', `/vehicles/${at(vehicle)}/recording`)

export type PlainAct = 'hold' | 'continue' | 'return' | 'land'
export type AimedAct = 'goto' | 'look-at'

/** epoch is the vehicle's control epoch that the operator sees, so that a stale page cannot steer. */
export const order = (vehicle: string, act: PlainAct, epoch?: number) =>
  call<Command>('POST', `/vehicles/${at(vehicle)}/${act}`, epoch ? { epoch } : {})
export const orderTo = (vehicle: string, act: AimedAct, position: Position, epoch?: number) =>
  call<Command>('POST', `/vehicles/${at(vehicle)}/${act}`, epoch ? { position, epoch } : { position })
/** Sends a vehicle in the air to a place at an altitude of its own, or lets it circle there; ownAltitude false keeps its layer. */
export const goTo = (vehicle: string, to: GotoInput) => call<Command>('POST', `/vehicles/${at(vehicle)}/goto`, to)
export const orbit = (vehicle: string, around: OrbitInput) => call<Command>('POST', `/vehicles/${at(vehicle)}/orbit`, around)
/** Lets a flying vehicle follow another, or a place that followTarget tells of at least every 3 s. */
export const follow = (vehicle: string, what: FollowInput) => call<Command>('POST', `/vehicles/${at(vehicle)}/follow`, what)
export const followTarget = (vehicle: string, place: LatLon) => call<undefined>('PUT', `/vehicles/${at(vehicle)}/follow/target`, { place })
/** Takes a flying vehicle to fly it by hand; the command's id is the grant of the pilot's WebSocket. */
export const fly = (vehicle: string, epoch?: number) => call<Command>('POST', `/vehicles/${at(vehicle)}/fly`, epoch ? { epoch } : {})
export const release = (vehicle: string) => call<Outlook>('POST', `/vehicles/${at(vehicle)}/release`)

/** Puts a dock back in service whose change of pack, or waking, had failed. */
export const returnDock = (dock: string) => call<Service>('POST', `/docks/${at(dock)}/return`)

export const bindSystem = (system: number, id: string) => call<Binding>('POST', `/systems/${system}/bind`, { id })

export const holdAll = () => call<Command[]>('POST', '/fleet/hold')
export const recallAll = () => call<Command[]>('POST', '/fleet/recall')
export const acknowledgeAlarm = (id: string) => call<Alarm>('POST', `/alarms/${at(id)}/ack`)

export const createPlan = (input: PlanInput) => call<Plan>('POST', '/plans', input)
export const deletePlan = (id: string) => call<undefined>('DELETE', `/plans/${at(id)}`)
export const flyPlan = (id: string, vehicle: string) => call<Sortie>('POST', `/plans/${at(id)}/fly`, vehicle === '' ? {} : { vehicle })
/** Stores a QGroundControl .plan file as it is. */
export const importPlan = async (file: string) => (await (await send('POST', '/plans/import', file, 'application/json')).json()) as Plan
/** Where a plan is downloaded as a .plan file. */
export const planFile = (id: string) => `/api/v1/plans/${at(id)}/export`

export const createPatrol = (input: PatrolInput) => call<Patrol>('POST', '/patrols', input)
export const replacePatrol = (id: string, input: PatrolInput) => call<Patrol>('PUT', `/patrols/${at(id)}`, input)
export const deletePatrol = (id: string) => call<undefined>('DELETE', `/patrols/${at(id)}`)
