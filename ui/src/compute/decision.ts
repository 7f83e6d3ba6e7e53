import type { Candidate, Decision } from '../wire/gen'

/** How many vehicles were passed over for a reason; each counted once, under the weightiest of its reasons. */
export type Tally = { code: string; count: number }

/** Who was passed over, the nearest first: of them it is asked why; a distance of 0 is not known. */
export const passedOver = (d: Decision): Candidate[] => (d.candidates ?? []).filter((c) => !c.able).sort((a, b) => (a.distanceM || Infinity) - (b.distanceM || Infinity))
export const ablePeers = (d: Decision): Candidate[] => (d.candidates ?? []).filter((c) => c.able && c.vehicle !== d.chosen)

/** Counts the first reasons, the most frequent first. */
export function tally(d: Decision): Tally[] {
  const counts = new Map<string, number>()
  for (const c of passedOver(d)) {
    const first = c.rejections?.[0]
    if (first) counts.set(first.code, (counts.get(first.code) ?? 0) + 1)
  }
  return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count || a.code.localeCompare(b.code))
}

/** A measured number as it is read: no more digits than it carries. */
export function figure(v: number): string {
  if (!Number.isFinite(v)) return '–'
  const digits = Math.abs(v) >= 100 || Number.isInteger(v) ? 0 : 1
  return v.toFixed(digits)
}
