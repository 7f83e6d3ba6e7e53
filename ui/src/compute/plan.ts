import type { Item, LatLon, Plan } from '../wire/gen'
import { distanceM } from './geo'

export const places = (p: Pick<Plan, 'items'>): LatLon[] => (p.items ?? []).filter((i) => i.kind === 'waypoint').map((i) => i.position)

/** Length over the places in order, m. */
export function lengthM(at: readonly LatLon[]): number {
  let sum = 0
  at.forEach((p, i) => {
    const before = at[i - 1]
    if (before) sum += distanceM(before, p)
  })
  return sum
}

/** About how long the places take, holds included, s. */
export function durationS(items: readonly Item[], speedMS: number): number {
  const holds = items.reduce((sum, i) => sum + (i.holdS ?? 0), 0)
  return lengthM(places({ items: [...items] })) / speedMS + holds
}

export function waypoints(at: readonly LatLon[], altAmsl: number, holdS: number): Item[] {
  return at.map((p) => ({ kind: 'waypoint', position: { ...p, altAmsl }, ...(holdS > 0 ? { holdS } : {}) }))
}

/** A .plan file with the file's name in it, where it has none of its own; anything else is left to the station to judge. */
export function named(file: string, fileName: string): string {
  try {
    const v: unknown = JSON.parse(file)
    if (typeof v !== 'object' || v === null || Array.isArray(v) || 'name' in v) return file
    return JSON.stringify({ ...v, name: fileName.replace(/\.plan$/i, '') })
  } catch {
    return file
  }
}
