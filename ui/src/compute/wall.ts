import type { CameraItem } from '../wire/gen'

/** Which cameras the wall shows. */
export type Which = 'air' | 'docks' | 'all'

/** How often a picture is made new, ms: of what is in the air, and of what stands, whose camera sleeps in between. */
export const everyMs = { air: 5000, ground: 20_000 }

/** From when on a picture is old, ms. */
export const oldMs = { air: 15_000, ground: 45_000 }

/** How many pictures are asked for at a time. */
export const atOnce = 4

/** The cameras of the wall, what is in the air first, then the other vehicles, then docks. */
export function shown(all: readonly CameraItem[], which: Which, airborne: (vehicle: string) => boolean): CameraItem[] {
  const rank = (c: CameraItem) => (c.vehicle === undefined ? 2 : airborne(c.vehicle) ? 0 : 1)
  const wanted = { air: (c: CameraItem) => rank(c) === 0, docks: (c: CameraItem) => c.dock !== undefined, all: () => true }[which]
  return all.filter(wanted).sort((a, b) => rank(a) - rank(b))
}

/** Whether there is any use in asking a camera for a picture. */
export const askable = (c: CameraItem) => c.state !== 'gated' && c.state !== 'absent' && c.codec !== 'h265'

/** The cameras to ask now: of those in sight, each with how often, the ones that are due for the longest, as many as may still be under way. */
export function due(sight: ReadonlyMap<string, number>, asked: ReadonlyMap<string, number>, busy: ReadonlySet<string>, now: number): string[] {
  const at = (id: string) => ((asked.get(id) ?? -Infinity) + (sight.get(id) ?? 0))
  return [...sight.keys()]
    .filter((id) => !busy.has(id) && at(id) <= now)
    .sort((a, b) => at(a) - at(b))
    .slice(0, Math.max(0, atOnce - busy.size))
}
