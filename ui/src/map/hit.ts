import type { Mark } from '../compute/marks'
import type { Picture, Placed } from './picture'

/** What stands at a place on the screen. */
export type Hit = { kind: Mark['kind']; id: string }

const reach = 6 // pixels around the pointer that count as a hit
const order: readonly Mark['kind'][] = ['vehicle', 'traffic', 'incident', 'dock']

// How far the pointer is from a mark's outline, pixels; a pin's head stands above its place.
function distance({ mark, x, y, scale }: Placed, px: number, py: number): number {
  if (mark.kind === 'incident') return Math.hypot(px - x, py - Math.min(y, Math.max(y - 20, py))) - 9
  const radius = mark.kind === 'dock' ? 10 : mark.kind === 'traffic' ? 8 : mark.shape === 'ground' ? 7.5 : 12
  return Math.hypot(px - x, py - y) - radius * scale
}

/** The vehicle, aircraft of others, incident or dock under the pointer, in this order, the nearest of each; else the one whose label is. */
export function hitAt(p: Picture, x: number, y: number): Hit | null {
  for (const kind of order) {
    let best: Placed | null = null
    let least = reach
    for (const placed of p.marks) {
      if (placed.mark.kind !== kind || placed.mark.id === '') continue
      const d = distance(placed, x, y)
      if (d < least) [best, least] = [placed, d]
    }
    if (best) return { kind, id: best.mark.id }
  }
  const named = p.labels.find(({ mark, label: { box } }) => mark !== null && mark.id !== '' && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom)
  return named?.mark ? { kind: named.mark.kind, id: named.mark.id } : null
}
