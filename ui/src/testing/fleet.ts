import type { Contact, Dock, DockSpec, Outlook, Service, Sortie, Vehicle, VehicleSpec } from '../wire/gen'
import type { Craft } from '../compute/activity'

/** Values of the wire for tests: a healthy vehicle in its dock at noon, to be changed where a test needs it. */
export const noon = '2026-03-01T12:00:00Z'
export const noonMs = Date.parse(noon)
export const later = (s: number) => new Date(noonMs + s * 1000).toISOString()
const never = '0001-01-01T00:00:00Z'

export const spec = (patch: Partial<VehicleSpec> = {}): VehicleSpec => ({
  id: 'V07', name: 'V07', class: 'dock-quad', systemId: 7, dock: 'H07', cruiseMs: 14, climbMs: 4, descendMs: 2.5, maxWindMs: 12, energyWh: 140,
  hoverW: 190, cruiseW: 205, hfovDeg: 70, ...patch,
})

export const vehicle = (patch: Partial<Vehicle> = {}): Vehicle => ({
  id: 'V07', link: 'online', heardAt: noon, bootId: 1, mode: 'hold', modeName: 'Hold', armed: false, landed: 'on-ground', failsafe: false,
  prearmOk: true, position: { lat: 32.5, lon: 120.4, altAmsl: 4 }, positionAt: noon, altRelM: 0, velNMs: 0, velEMs: 0, velDMs: 0, headingDeg: 0,
  rollDeg: 0, pitchDeg: 0, gps: { fix: 6, sats: 19, hdop: 0.7, at: noon }, battery: { percent: 90, voltageV: 24, currentA: 0, tempC: 25, at: noon },
  homeAt: never, mission: { id: 0, state: 'none', seq: 0, total: 0, at: noon }, safety: { ok: true, checkedAt: noon }, lastTextAt: never,
  rxFrames: 100, rxLost: 0, rxHz: 50, ...patch,
})

export const dockSpec = (patch: Partial<DockSpec> = {}): DockSpec => ({
  id: 'H07', name: 'Dock H07', systemId: 107, pad: { lat: 32.5, lon: 120.4, altAmsl: 4.6 }, groundPad: { lat: 32.5001, lon: 120.4, altAmsl: 4 },
  headingDeg: 0, openSeconds: 12, ...patch,
})

export const dock = (patch: Partial<Dock> = {}): Dock => ({
  id: 'H07', link: 'online', heardAt: noon, state: 'idle', stateAt: noon, percent: 0, task: 0, lidSwitch: 'closed', lidEncoder: 'closed', lidPercent: 0,
  lidAt: noon, seated: true, personNear: false, eStop: false, localKey: false, contradict: false,
  env: { inTempC: 20, outTempC: 8, humidity: 60, windMs: 4, gustMs: 6, windDeg: 300, rainMmH: 0, padWet: false, at: noon },
  power: { mainsOk: true, upsMinutes: 60, charging: false, packPercent: 90, packTempC: 24, packCycles: 80, slots: 0, packs: 0, packsReady: 0, vehicleOff: false, at: noon },
  stationHeardS: 0.2, rxFrames: 10, rxLost: 0, ...patch,
})

export const outlook = (patch: Partial<Outlook> = {}): Outlook => ({
  vehicle: 'V07', control: { vehicle: 'V07', holder: 'automation', since: noon, epoch: 3 }, why: { kind: 'plan', text: 'incident: outbound', at: noon },
  energyWh: 90, neededWh: 30, ...patch,
})

export const sortie = (patch: Partial<Sortie> = {}): Sortie => ({
  id: 'S-1', vehicle: 'V07', purpose: 'incident', by: 'lin', state: 'outbound', route: [], cruiseAmsl: 94, epoch: 3, landing: [], stages: [], createdAt: noon,
  home: { lat: 32.5, lon: 120.4, altAmsl: 4 }, claim: { sortie: 'S-1', volumes: null }, onSceneS: 600,
  ...patch,
})

export const service = (patch: Partial<Service> = {}): Service => ({
  dock: 'H07', vehicle: 'V07', act: 'swap-pack', intent: 'C000001', stage: 'accepted', at: noon, updatedAt: noon, before: { cycles: 80, ready: 2 },
  gate: { code: 'pack-change', value: 0, limit: 0, ageS: 0, text: '' }, ...patch,
})

export const craft = (patch: Partial<Craft> = {}): Craft => ({ spec: spec(), vehicle: vehicle(), outlook: undefined, sortie: undefined, dock: dock(), service: undefined, ...patch })
export const flying = { armed: true, landed: 'in-air', altRelM: 90 } as const

export const contact = (patch: Partial<Contact> = {}): Contact => ({
  id: 'adsb:780101', kind: 'aircraft', name: 'B7001', position: { lat: 32.52, lon: 120.4, altAmsl: 364 }, altKnown: true, headingDeg: 90, speedMs: 50, heardBy: 'V07', at: noon, ...patch,
})
