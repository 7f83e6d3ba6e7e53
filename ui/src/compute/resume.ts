import type { Sortie } from '../wire/gen'

/** What is left of a sortie's plan: the item it was left at, and the last one of its route. */
export interface Left {
  item: number
  last: number
}

const over: ReadonlySet<string> = new Set(['closed', 'aborted'])

/** Gives what may be flown on: of a sortie that is over, or that is held in the air by an operator. */
export function left(sortie: Sortie): Left | undefined {
  if (sortie.plan === undefined || !(over.has(sortie.state) || sortie.state === 'human-control')) return undefined
  const last = (sortie.route?.length ?? 0) - 1
  const item = sortie.item ?? Math.max(1, sortie.firstSeq ?? 1)
  return item <= last ? { item, last } : undefined
}
