import type { Sortie } from '../wire/gen'
import { isOver } from './activity'
import { at } from './time'

/** One reached stage of a sortie and how long it lasted, or lasts. */
export type Step = { name: string; at: number; seconds: number; running: boolean; parts: Part[] }

/** A part of a stage, which runs beside the others: seconds from the start of the stage until it was there. */
export type Part = { name: string; at: number; seconds: number }

export type Timeline = { steps: Step[]; totalS: number }

const states: ReadonlySet<string> = new Set<Sortie['state']>([
  'requested', 'reserved', 'awaiting-crew', 'preparing', 'ready', 'launching', 'outbound', 'on-task', 'returning', 'hold-for-pad', 'landing',
  'securing', 'closed', 'disarming', 'aborted', 'link-lost', 'human-control', 'diverting', 'go-around', 'emergency-landing', 'missing',
])

/** Seconds from the report of an incident until its vehicle was there; null while it is not. */
export function arrivalS(reported: string, s: Pick<Sortie, 'stages'> | undefined): number | null {
  const there = at((s?.stages ?? []).find((stage) => stage.name === 'on-task')?.at)
  const from = at(reported)
  return there === null || from === null ? null : Math.max(0, (there - from) / 1000)
}

/** Reads the times of a sortie; the stage it is in lasts until now. */
export function timeline(s: Pick<Sortie, 'stages' | 'state' | 'closedAt'>, now: number): Timeline {
  const steps: Step[] = []
  const over = isOver(s.state)
  for (const stage of s.stages ?? []) {
    const when = at(stage.at)
    if (when === null) continue
    const last = steps.at(-1)
    if (!states.has(stage.name)) {
      last?.parts.push({ name: stage.name, at: when, seconds: Math.max(0, (when - last.at) / 1000) })
      continue
    }
    if (last) last.seconds = Math.max(0, (when - last.at) / 1000)
    steps.push({ name: stage.name, at: when, seconds: 0, running: false, parts: [] })
  }
  const last = steps.at(-1)
  if (last && !over) {
    last.seconds = Math.max(0, (now - last.at) / 1000)
    last.running = true
  }
  const first = steps[0]
  const end = over ? (at(s.closedAt) ?? last?.at ?? now) : now
  return { steps, totalS: first ? Math.max(0, (end - first.at) / 1000) : 0 }
}
