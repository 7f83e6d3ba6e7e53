import { isOver } from '../../compute/activity'
import { isOpen } from '../../state/crafts'
import { fleet } from '../../state/fleet.svelte'
import type { Sortie } from '../../wire/gen'

/** The open sorties that no open incident shows already. */
export function looseSorties(): Sortie[] {
  const shown = new Set([...fleet.incidents.values()].filter(isOpen).map((i) => i.sortie))
  return [...fleet.sorties.values()].filter((s) => !isOver(s.state) && !shown.has(s.id)).sort((a, b) => b.createdAt.localeCompare(a.createdAt))
}
