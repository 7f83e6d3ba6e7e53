import type { LatLon } from '../wire/gen'

const earthM = 6_371_008.8
const rad = Math.PI / 180

/** Metres along the great circle of a sphere; good to half a percent. */
export function distanceM(a: LatLon, b: LatLon): number {
  const dLat = (b.lat - a.lat) * rad
  const dLon = (b.lon - a.lon) * rad
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(dLon / 2) ** 2
  return 2 * earthM * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** Degrees from true north, 0 to 360. */
export function bearingDeg(a: LatLon, b: LatLon): number {
  const dLon = (b.lon - a.lon) * rad
  const y = Math.sin(dLon) * Math.cos(b.lat * rad)
  const x = Math.cos(a.lat * rad) * Math.sin(b.lat * rad) - Math.sin(a.lat * rad) * Math.cos(b.lat * rad) * Math.cos(dLon)
  return (Math.atan2(y, x) / rad + 360) % 360
}

/** 850 m, 1.24 km, 12.3 km. */
export function distanceText(m: number): string {
  if (m < 999.5) return `${Math.round(m)} m`
  return `${(m / 1000).toFixed(m < 9995 ? 2 : 1)} km`
}

/** 32.53300, 120.46700: about a metre. */
export function placeText(p: LatLon): string {
  return `${p.lat.toFixed(5)}, ${p.lon.toFixed(5)}`
}

/** The place so many metres from another on a bearing; for distances of a city. */
export function offset(p: LatLon, deg: number, m: number): LatLon {
  const lat = p.lat + (m * Math.cos(deg * rad)) / earthM / rad
  return { lat, lon: p.lon + (m * Math.sin(deg * rad)) / earthM / rad / Math.cos(((p.lat + lat) / 2) * rad) }
}
