import type { Alarm } from '../wire/gen'
import { fleet } from './fleet.svelte'

const rank: Readonly<Record<Alarm['severity'], number>> = { critical: 0, warning: 1, info: 2 }

/** What an operator must know: not seen yet first, then by severity, then the newest. */
export function openAlarms(): Alarm[] {
  return [...fleet.alarms.values()].sort(
    (a, b) => Number(Boolean(a.ackBy)) - Number(Boolean(b.ackBy)) || rank[a.severity] - rank[b.severity] || b.at.localeCompare(a.at),
  )
}
