import type { LatLon, Position } from '../wire/gen'

/** Heights of the ground, metres AMSL, row by row from the north, NaN where there is none; bilinear between them, as internal/geo has it. */
export type Heights = { cols: number; rows: number; west: number; south: number; cell: number; errorM: number; heights: Float32Array }

/** Heights in short: of squares of cells the greatest height, and whether one is missing, so that a ray high above them does not look at each. */
type Blocks = { cols: number; highs: Float32Array; gaps: Uint8Array; top: number }

/** Heights that rays can be followed over. */
export type Grid = Heights & { blocks: Blocks }

/** How many cells a block is wide. */
export const blockCells = 16
const hair = 1e-6 // what a place may be off by rounding, of a cell

/** Sums up heights. */
export function gridOf(h: Heights): Grid {
  const [cols, rows] = [Math.ceil((h.cols - 1) / blockCells), Math.ceil((h.rows - 1) / blockCells)]
  const blocks = { cols, highs: new Float32Array(cols * rows).fill(-Infinity), gaps: new Uint8Array(cols * rows), top: -Infinity }
  for (let n = 0; n < cols * rows; n++) {
    const [i, j] = [(n % cols) * blockCells, Math.floor(n / cols) * blockCells]
    const [i2, j2] = [Math.min(i + blockCells, h.cols - 1), Math.min(j + blockCells, h.rows - 1)]
    let high = -Infinity
    for (let y = j; y <= j2; y++) {
      for (let k = (h.rows - 1 - y) * h.cols + i, end = k + i2 - i; k <= end; k++) {
        const height = h.heights[k] ?? NaN
        if (height > high) high = height
        else if (Number.isNaN(height)) blocks.gaps[n] = 1
      }
    }
    blocks.highs[n] = high
    blocks.top = Math.max(blocks.top, high)
  }
  return { ...h, blocks }
}

/** A whole number of 0 to most. */
export const clamp = (v: number, most: number) => Math.min(Math.max(Math.trunc(v), 0), most)

/** The south-western height of a cell, by how much its neighbours are higher, and what they leave over; NaN if one is missing. */
export function plane(g: Heights, i: number, j: number): [a: number, e: number, n: number, d: number] {
  const height = (i: number, j: number) => g.heights[(g.rows - 1 - j) * g.cols + i] ?? NaN
  const [a, e, n] = [height(i, j), height(i + 1, j), height(i, j + 1)]
  const d = height(i + 1, j + 1) - e - n + a
  return [Number.isNaN(d) ? NaN : a, e - a, n - a, d]
}

/** The height of a place, metres AMSL; null beyond the grid and where it has none. */
export function heightAt(g: Heights | null, p: LatLon): number | null {
  if (g === null) return null
  const [x, y] = [(p.lon - g.west) / g.cell, (p.lat - g.south) / g.cell]
  if (!(x >= -hair && y >= -hair && x <= g.cols - 1 + hair && y <= g.rows - 1 + hair)) return null
  const [i, j] = [clamp(x, g.cols - 2), clamp(y, g.rows - 2)]
  const [u, v] = [Math.min(Math.max(x - i, 0), 1), Math.min(Math.max(y - j, 0), 1)]
  const [a, e, n, d] = plane(g, i, j)
  const h = a + e * u + n * v + d * u * v
  return Number.isNaN(h) ? null : h
}

/** How far a place in the air is above the ground, metres; null where that was not surveyed. */
export function aboveGround(g: Heights | null, p: Position): number | null {
  const h = heightAt(g, p)
  return h === null ? null : p.altAmsl - h
}
