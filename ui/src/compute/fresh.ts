import type { Dock, Vehicle } from '../wire/gen'
import { ageS } from './time'

/** How well a system is known now. Lost and never are decided by the station, or by us when it says nothing more. */
export type Freshness = 'fresh' | 'stale' | 'lost' | 'never'

export const staleS = 3
export const lostS = 10

export type Known = { freshness: Freshness; ageS: number | null }

/** Judges a system by what the station says of its link and by how old the last word of it is. */
export function known(state: Pick<Vehicle | Dock, 'link' | 'heardAt'> | undefined, now: number): Known {
  const age = ageS(state?.heardAt, now)
  if (state === undefined || state.link === 'never' || age === null) return { freshness: 'never', ageS: null }
  if (state.link === 'lost' || age > lostS) return { freshness: 'lost', ageS: age }
  if (state.link === 'stale' || age > staleS) return { freshness: 'stale', ageS: age }
  return { freshness: 'fresh', ageS: age }
}

/** Whether one value is too old to be taken for the present. */
export function isOld(iso: string | undefined, now: number, limitS = staleS): boolean {
  const age = ageS(iso, now)
  return age === null || age > limitS
}
