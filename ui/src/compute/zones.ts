import type { Daily, LatLon, PrivacyZoneInput } from '../wire/gen'

/** The limits of a zone, as the station has them. */
export const cornersMost = 60
export const radiusM = { min: 1, max: 50_000 }

/** What a zone lacks before it can be sent. */
export type Flaw = 'name' | 'reason' | 'corners' | 'many' | 'crossed' | 'radius' | 'hours'

/** The first thing that is wrong with a zone, or null. The station judges again. */
export function flaw(z: PrivacyZoneInput): Flaw | null {
  if (z.center !== undefined) {
    if (!((z.radiusM ?? 0) >= radiusM.min && (z.radiusM ?? 0) <= radiusM.max)) return 'radius'
  } else {
    const ring = z.ring ?? []
    if (ring.length < 3) return 'corners'
    if (ring.length > cornersMost) return 'many'
    if (crossed(ring)) return 'crossed'
  }
  if (z.name.trim() === '') return 'name'
  if (z.reason.trim() === '') return 'reason'
  return z.daily !== undefined && (z.daily.from === '' || z.daily.to === '' || z.daily.from === z.daily.to || z.daily.timeZone === '') ? 'hours' : null
}

/** On which side of the line from a to b the place p is: its sign. */
const side = (a: LatLon, b: LatLon, p: LatLon) => Math.sign((b.lon - a.lon) * (p.lat - a.lat) - (b.lat - a.lat) * (p.lon - a.lon))

/** Whether two sides of a ring that are not neighbours cross. */
export function crossed(ring: readonly LatLon[]): boolean {
  const sides = ring.map((a, i) => [a, ring[(i + 1) % ring.length] ?? a] as const)
  return sides.some(([a, b], i) =>
    sides.some(([c, d], j) => j > i + 1 && (j + 1) % sides.length !== i && side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b)),
  )
}

/** The area of a zone, m², its ground taken as level. */
export function areaM2(z: Pick<PrivacyZoneInput, 'ring' | 'center' | 'radiusM'>): number {
  if (z.center !== undefined) return Math.PI * (z.radiusM ?? 0) ** 2
  const ring = z.ring ?? []
  const [perLat, first] = [111_195, ring[0]]
  if (first === undefined) return 0
  const perLon = perLat * Math.cos((first.lat * Math.PI) / 180)
  const twice = ring.reduce((sum, p, i) => {
    const q = ring[(i + 1) % ring.length] ?? p
    return sum + (p.lon - first.lon) * (q.lat - first.lat) - (q.lon - first.lon) * (p.lat - first.lat)
  }, 0)
  return (Math.abs(twice) / 2) * perLon * perLat
}

export function areaText(m2: number): string {
  if (m2 < 10_000) return `${Math.round(m2)} m²`
  return m2 < 1_000_000 ? `${(m2 / 10_000).toFixed(1)} ha` : `${(m2 / 1_000_000).toFixed(1)} km²`
}

/** Whether a zone of these hours is in force; where the browser does not know the time zone it is taken to be. */
export function inForce(d: Daily | undefined, nowMs: number): boolean {
  if (d === undefined) return true
  try {
    const at = new Intl.DateTimeFormat('en-GB', { timeZone: d.timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(nowMs)
    return d.from < d.to ? d.from <= at && at < d.to : at >= d.from || at < d.to
  } catch {
    return true
  }
}
