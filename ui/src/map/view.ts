/** Where the map looks. */
export type View = { zoom: number; lat: number; lon: number }

/** The middle of the simulated city, seen whole. */
export const cityView: View = { zoom: 11.3, lat: 32.533, lon: 120.467 }

/** Reads zoom/lat/lon; null unless all three are numbers in range. */
export function parseView(s: string): View | null {
  const parts = s.split('/').map(Number)
  const [zoom, lat, lon] = parts
  if (parts.length !== 3 || zoom === undefined || lat === undefined || lon === undefined) return null
  if (!parts.every(Number.isFinite) || zoom < 0 || zoom > 24 || Math.abs(lat) > 85 || Math.abs(lon) > 180) return null
  return { zoom, lat, lon }
}

export function formatView(v: View): string {
  return `${v.zoom.toFixed(2)}/${v.lat.toFixed(5)}/${v.lon.toFixed(5)}`
}
