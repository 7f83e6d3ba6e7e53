import type { Dock, Gate, Incident, Outlook, Service, Sortie, Vehicle, VehicleSpec } from '../wire/gen'
import { known, type Freshness } from './fresh'
import { unidentified } from './remoteid'
import type { Tone } from './tone'

/** What a vehicle is doing: a key of the catalogue, or the state of its sortie. */
export type Doing =
  | 'never' | 'quarantined' | 'flown' | 'lost-air' | 'lost-ground' | 'human' | 'held' | 'failsafe' | 'unheard' | 'stray'
  | 'changing-pack' | 'charging' | 'standby' | 'not-ready' | 'outside' | 'ground' | Sortie['state']

export type Activity = { doing: Doing; tone: Tone; freshness: Freshness; airborne: boolean }

/** All that is known of one vehicle, as the console joins it. */
export type Craft = {
  spec: VehicleSpec
  vehicle: Vehicle | undefined
  outlook: Outlook | undefined
  sortie: Sortie | undefined
  dock: Dock | undefined
  service: Service | undefined
}

export const isOver = (s: Sortie['state']) => s === 'closed' || s === 'aborted'

/** Anything but a certain "on the ground": a vehicle in doubt is treated as flying. */
export function isAirborne(v: Vehicle | undefined): boolean {
  return v !== undefined && ((v.armed && v.landed !== 'on-ground') || v.landed === 'in-air')
}

const urgent: ReadonlySet<Sortie['state']> = new Set(['missing', 'emergency-landing', 'link-lost'])
const careful: ReadonlySet<Sortie['state']> = new Set(['diverting', 'human-control', 'awaiting-crew', 'go-around', 'disarming'])

function sortieTone(s: Sortie['state']): Tone {
  if (urgent.has(s)) return 'act'
  return careful.has(s) ? 'care' : 'auto'
}

/** Why it could not be launched now, as far as it and its dock say. */
export function gates(c: Craft): Gate[] {
  const service = c.service?.gate
  const out: Gate[] = [...(service ? [service] : []), ...(c.dock?.noLaunch ?? []).filter((g) => service === undefined || g.code !== 'pack-out')]
  const v = c.vehicle
  if (v === undefined) return out
  const add = (code: string, value: number, limit: number, unit: string, text: string) => {
    if (!out.some((g) => g.code === code)) out.push({ code, value, limit, unit, ageS: 0, text })
  }
  if (v.safety.drift && v.safety.drift.length > 0) {
    add('safety-params', v.safety.drift.length, 0, '', v.safety.drift.map((d) => d.name).join(', '))
  }
  if (v.battery.percent >= 0 && v.battery.percent < launchPercent) {
    add('battery', v.battery.percent, launchPercent, '%', `charge ${Math.round(v.battery.percent)} %`)
  }
  if (v.uplink === 'unconfirmed') add('uplink', 0, 0, '', 'it has not answered for 10 s')
  if (unidentified(c.spec, v)) add('remote-id', 0, 0, '', v.remoteId?.text ?? '')
  if (c.spec.dock === undefined && !v.prearmOk) add('prearm', 0, 1, '', 'its own pre-arm checks fail')
  return out
}

/** The charge below which the dispatcher passes a vehicle over, percent. */
export const launchPercent = 30

/** Says in one word what a vehicle does, and how much attention that wants. */
export function activity(c: Craft, now: number): Activity {
  const { freshness } = known(c.vehicle, now)
  const airborne = isAirborne(c.vehicle)
  const say = (doing: Doing, tone: Tone): Activity => ({ doing, tone, freshness, airborne })
  const v = c.vehicle
  if (v === undefined || freshness === 'never') return say('never', 'still')
  if (v.link === 'quarantined') return say('quarantined', 'act')
  if (freshness === 'lost') return airborne ? say('lost-air', 'act') : say('lost-ground', 'care')
  const control = c.outlook?.control
  if (v.manual !== undefined) return say('flown', 'care')
  if (control?.holder === 'human') return say(control.cause === 'operator' ? 'held' : 'human', 'care')
  if (airborne && v.failsafe) return say('failsafe', 'act')
  if (airborne && v.uplink === 'unconfirmed') return say('unheard', 'act')
  if (c.sortie !== undefined && !isOver(c.sortie.state)) return say(c.sortie.state, sortieTone(c.sortie.state))
  if (airborne) return say('stray', 'act')
  if (c.spec.dock !== undefined) {
    if (c.dock !== undefined && !c.dock.seated) return say('outside', 'care')
    if (c.service?.gate?.code === 'pack-change') return say('changing-pack', 'fine')
    if (gates(c).length > 0) return say('not-ready', 'care')
    return c.dock?.state === 'charging' ? say('charging', 'fine') : say('standby', 'fine')
  }
  return gates(c).length > 0 ? say('not-ready', 'care') : say('standby', 'fine')
}

/** What is wrong with the vehicle of an incident, for which somebody must look at it; undefined while nothing is. */
export function trouble(c: Craft | undefined, now: number): Activity | undefined {
  const a = c && activity(c, now)
  return a !== undefined && c?.sortie?.state !== 'awaiting-crew' && (a.tone === 'act' || a.tone === 'care') ? a : undefined
}

const incidentTones: Readonly<Partial<Record<Incident['state'], Tone>>> = { queued: 'act', assigned: 'auto', 'on-scene': 'fine' }

/** How much attention an incident wants: no less than its vehicle; undefined once it is over. */
export const incidentTone = (state: Incident['state'], ofVehicle: Tone | undefined): Tone | undefined => incidentTones[state] && (ofVehicle ?? incidentTones[state])
