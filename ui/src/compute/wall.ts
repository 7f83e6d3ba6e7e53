import type { CameraItem } from '../wire/gen'

/** Which cameras the wall shows. */
export type Which = 'air' | 'docks' | 'all'

/** How often a camera's picture is made new, and from when on it is old, ms. */
export const everyMs = 5000
export const oldMs = 15_000

/** How many pictures are asked for at a time. */
export const atOnce = 4

export function shown(all: readonly CameraItem[], which: Which, airborne: (vehicle: string) => boolean): CameraItem[] {
  if (which === 'all') return [...all]
  return all.filter((c) => (which === 'docks' ? c.dock !== undefined : c.vehicle !== undefined && airborne(c.vehicle)))
}

/** Whether there is any use in asking a camera for a picture. */
export const askable = (c: CameraItem) => c.state !== 'gated' && c.state !== 'absent' && c.codec !== 'h265'

/** The cameras to ask now: of those in sight the ones not asked for the longest, as many as may still be under way. */
export function due(sight: Iterable<string>, asked: ReadonlyMap<string, number>, busy: ReadonlySet<string>, now: number): string[] {
  const last = (id: string) => asked.get(id) ?? 0
  return [...sight]
    .filter((id) => !busy.has(id) && now - last(id) >= everyMs)
    .sort((a, b) => last(a) - last(b))
    .slice(0, Math.max(0, atOnce - busy.size))
}
