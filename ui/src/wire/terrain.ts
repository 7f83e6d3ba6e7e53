import type { Grid } from '../compute/ground'
import type { Terrain } from './gen'
import { call, send } from './http'

/** The heights of the ground that the station has; null: it takes the ground as level. */
export async function terrain(): Promise<Grid | null> {
  const { surveyed, cols, rows, west, south, cell, errorM } = await call<Terrain>('GET', '/terrain')
  if (!surveyed) return null
  const octets = new DataView(await (await send('GET', '/terrain/heights')).arrayBuffer())
  const heights = Float32Array.from({ length: cols * rows }, (_, i) => octets.getFloat32(4 * i, true))
  return { cols, rows, west, south, cell, errorM, heights }
}
