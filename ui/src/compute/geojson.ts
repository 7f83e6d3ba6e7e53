import type { LatLon, PrivacyZoneInput } from '../wire/gen'
import { flaw, type Flaw } from './zones'

/** What a file of zones brings: those that can be sent, and those that cannot, by name, with why. */
export type Read = { zones: PrivacyZoneInput[]; left: { name: string; why: Flaw | 'shape' | 'place' }[] }

type Named = { name: string; of: Record<string, unknown>; geometry: unknown }

const record = (v: unknown): Record<string, unknown> => (typeof v === 'object' && v !== null && !Array.isArray(v) ? (v as Record<string, unknown>) : {})
const list = (v: unknown): unknown[] => (Array.isArray(v) ? v : [])
const words = (v: unknown) => (typeof v === 'string' ? v.trim() : '')

/**
 * Reads GeoJSON (RFC 7946): polygons, and points with a property radiusM as circles; places are WGS-84, longitude first.
 * The properties name, reason and rule count; what is missing is taken from usual, names from the file's. A hole is not
 * left out of a zone: what it would leave open is forbidden too. Throws where the text is no GeoJSON.
 */
export function readZones(text: string, fileName: string, usual: Pick<PrivacyZoneInput, 'reason' | 'rule'>): Read {
  const all = features(JSON.parse(text), fileName.replace(/\.[^.]*$/, ''))
  const out: Read = { zones: [], left: [] }
  for (const { name, of, geometry } of all) {
    const common = { name: name.slice(0, 120), reason: (words(of.reason) || usual.reason).slice(0, 500), rule: of.rule === 'record' || of.rule === 'relay' ? of.rule : usual.rule }
    const shape = shapeOf(geometry, of.radiusM)
    const why = typeof shape === 'string' ? shape : flaw({ ...common, ...shape })
    // A reason is asked for before anything is sent.
    if (typeof shape !== 'string' && (why === null || why === 'reason')) out.zones.push({ ...common, ...shape })
    else out.left.push({ name: common.name, why: why ?? 'shape' })
  }
  return out
}

function features(json: unknown, name: string): Named[] {
  const of = record(json)
  if (of.type === 'FeatureCollection') return list(of.features).flatMap((f, i) => features(f, `${name} ${i + 1}`))
  if (of.type === 'Feature') {
    const properties = record(of.properties)
    return parts(of.geometry, words(properties.name) || name).map((p) => ({ ...p, of: properties }))
  }
  if (typeof of.type !== 'string' || !('coordinates' in of || 'geometries' in of)) throw new SyntaxError('no GeoJSON')
  return parts(of, name).map((p) => ({ ...p, of: {} }))
}

/** A geometry of several parts as one each. */
function parts(geometry: unknown, name: string): Omit<Named, 'of'>[] {
  const g = record(geometry)
  const several = g.type === 'MultiPolygon' ? list(g.coordinates).map((coordinates) => ({ type: 'Polygon', coordinates })) : g.type === 'GeometryCollection' ? list(g.geometries) : null
  if (several === null) return [{ name, geometry }]
  return several.map((part, i) => ({ name: several.length > 1 ? `${name} ${i + 1}` : name, geometry: part }))
}

function shapeOf(geometry: unknown, radius: unknown): Pick<PrivacyZoneInput, 'ring' | 'center' | 'radiusM'> | 'shape' | 'place' {
  const g = record(geometry)
  if (g.type === 'Point' && typeof radius === 'number') {
    const center = place(g.coordinates)
    return center === null ? 'place' : { center, radiusM: radius }
  }
  if (g.type !== 'Polygon') return 'shape'
  const outer = list(list(g.coordinates)[0]).map(place)
  const ring = outer.filter((p) => p !== null)
  if (ring.length < outer.length) return 'place'
  const [first, last] = [ring[0], ring.at(-1)]
  return { ring: ring.length > 1 && first && last && first.lat === last.lat && first.lon === last.lon ? ring.slice(0, -1) : ring }
}

function place(v: unknown): LatLon | null {
  const [lon, lat] = list(v)
  return typeof lon === 'number' && typeof lat === 'number' && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null
}
