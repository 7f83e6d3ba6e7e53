import { gridOf, type Grid } from '../compute/grid'
import type { Terrain } from './gen'
import { call, send } from './http'

/** The heights of the ground that the station has; null: it takes the ground as level. */
export async function terrain(): Promise<Grid | null> {
  const { surveyed, cols, rows, west, south, cell, errorM } = await call<Terrain>('GET', '/terrain')
  if (!surveyed) return null
  const octets = new DataView(await (await send('GET', '/terrain/heights')).arrayBuffer())
  const heights = new Float32Array(cols * rows)
  for (let n = 0; n < heights.length; n++) heights[n] = octets.getFloat32(4 * n, true)
  return gridOf({ cols, rows, west, south, cell, errorM, heights })
}
