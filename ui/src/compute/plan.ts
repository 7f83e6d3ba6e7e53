import type { Item, LatLon, Plan } from '../wire/gen'
import { distanceM } from './geo'
import { heightAt, type Heights } from './grid'

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

const lookEveryM = 10 // between looks at the ground under a leg

/** How far the lowest part of a way at one altitude is above the ground, metres; null where a part of it was not surveyed. */
export function clearanceM(g: Heights | null, at: readonly LatLon[], altAmsl: number): number | null {
  let high = -Infinity
  for (const [i, p] of at.entries()) {
    const from = at[i - 1] ?? p
    const looks = Math.max(1, Math.ceil(distanceM(from, p) / lookEveryM))
    for (let n = 0; n <= looks; n++) {
      const h = heightAt(g, { lat: from.lat + ((p.lat - from.lat) * n) / looks, lon: from.lon + ((p.lon - from.lon) * n) / looks })
      if (h === null) return null
      high = Math.max(high, h)
    }
  }
  return Number.isFinite(high) ? altAmsl - high : null
}
