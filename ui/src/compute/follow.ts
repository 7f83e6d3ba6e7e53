import type { VehicleSpec } from '../wire/gen'
import { isAirborne, type Craft } from './activity'
import { distanceM } from './geo'

/** The distances that may be kept from a target, metres, as the station has them. */
export const followM = { least: 20, most: 500, usual: 40 } as const

/** What is followed: another vehicle by its id, or a place that this page feeds. */
export type Target = { vehicle: string } | { place: { lat: number; lon: number } }

/** Classes that cannot follow at a distance: one hangs on a cable, the other cannot stand still. */
const unable: ReadonlySet<VehicleSpec['class']> = new Set(['tethered', 'long-vtol'])

export const canFollow = (c: Craft): boolean => !unable.has(c.spec.class)

/** Whom a vehicle could follow, the nearest in the air first, then the nearest on the ground. */
export function followable(c: Craft, all: Craft[]): { craft: Craft; airborne: boolean; awayM: number | null }[] {
  const own = c.vehicle?.position
  return all
    .filter((k) => k.spec.id !== c.spec.id && k.vehicle?.position !== undefined)
    .map((craft) => ({ craft, airborne: isAirborne(craft.vehicle), awayM: own && craft.vehicle?.position ? distanceM(own, craft.vehicle.position) : null }))
    .sort((a, b) => Number(b.airborne) - Number(a.airborne) || (a.awayM ?? Infinity) - (b.awayM ?? Infinity))
}

export const followDistanceLegal = (m: number): boolean => m >= followM.least && m <= followM.most
