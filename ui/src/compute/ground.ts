import type { LatLon } from '../wire/gen'
import { blockCells, clamp, plane, type Grid } from './grid'

/** The ground under a camera: the heights of a grid, and where it has none level ground. */
export type Ground = { grid: Grid | null; levelAmsl: number }

/** Where a ray meets the ground: after t rays, and by how much the ground rises there to the east and to the north, metres in a metre. */
export type Meeting = { t: number; surveyed: boolean; slopeE: number; slopeN: number }

type ENU = readonly [e: number, n: number, u: number]

export const metresPerDeg = (6_378_137 * Math.PI) / 180 // internal/geo takes the equatorial radius

/** The first s from 0 at which c + b·s + k·s² is not above 0; Infinity if there is none. */
function firstZero(k: number, b: number, c: number): number {
  if (c <= 0) return 0
  const under = b * b - 4 * k * c
  if (under < 0) return Infinity
  const q = -(b + (b < 0 ? -1 : 1) * Math.sqrt(under)) / 2
  return Math.min(...[q / k, c / q].map((s) => (s >= 0 ? s : Infinity)))
}

/** Between which t a line that is at x, and goes on by dx, lies within 0 to most. */
function through(x: number, dx: number, most: number): [number, number] {
  if (dx === 0) return x >= 0 && x <= most ? [-Infinity, Infinity] : [Infinity, -Infinity]
  const [a, b] = [-x / dx, (most - x) / dx]
  return [Math.min(a, b), Math.max(a, b)]
}

/** The first place where a ray from a place at z meets the ground, at most so many rays away; null if there is none. */
export function meet({ grid, levelAmsl }: Ground, from: LatLon, z: number, [re, rn, up]: ENU, most: number): Meeting | null {
  const level = (a: number, b: number): Meeting | null => {
    const at = (t: number) => ({ t, surveyed: false, slopeE: 0, slopeN: 0 })
    if (z + a * up <= levelAmsl) return at(a)
    const t = (levelAmsl - z) / up
    return up <= -1e-9 && t <= b ? at(t) : null
  }
  if (grid === null) return level(0, most)
  const [perCellE, perCellN] = [metresPerDeg * Math.cos((from.lat * Math.PI) / 180) * grid.cell, metresPerDeg * grid.cell]
  const [x0, y0, dx, dy] = [(from.lon - grid.west) / grid.cell, (from.lat - grid.south) / grid.cell, re / perCellE, rn / perCellN]
  const [[ax, bx], [ay, by]] = [through(x0, dx, grid.cols - 1), through(y0, dy, grid.rows - 1)]
  const [into, out] = [Math.max(ax, ay, 0), Math.min(bx, by, most)]
  if (into > out) return level(0, most)
  const before = into > 0 ? level(0, into) : null
  if (before !== null) return before
  const { blocks } = grid
  const roof = Math.max(blocks.top, levelAmsl) // above it there is no ground
  let t = up < 0 ? Math.min(Math.max(into, (roof - z) / up), out) : into
  let [i, j] = [clamp(x0 + t * dx, grid.cols - 2), clamp(y0 + t * dy, grid.rows - 2)]
  for (;;) {
    const at = z + t * up
    if (up >= 0 && at > roof) break
    // The whole block at once where the ray is above all of it, else one cell.
    const block = Math.floor(j / blockCells) * blocks.cols + Math.floor(i / blockCells)
    const high = Math.max(blocks.highs[block] ?? Infinity, blocks.gaps[block] ? levelAmsl : -Infinity)
    /** A box of cells, and when the ray leaves it; by rounding it may have come to a corner in one that it is about to leave. */
    const box = (bi: number, bj: number, wide: number) => {
      const [i2, j2] = [Math.min(bi + wide, grid.cols - 1), Math.min(bj + wide, grid.rows - 1)]
      const [tx, ty] = [side(x0, dx, bi, i2), side(y0, dy, bj, j2)]
      return { bi, bj, i2, j2, tx, ty, end: Math.max(Math.min(tx, ty, out), t) }
    }
    let on = box(i - (i % blockCells), j - (j % blockCells), blockCells)
    if (Math.min(at, z + on.end * up) <= high) {
      on = box(i, j, 1)
      const [a, e, n, d] = plane(grid, i, j)
      const got = Number.isNaN(a) ? level(t, on.end) : null
      if (got !== null) return got
      if (!Number.isNaN(a)) {
        const [u, v] = [x0 + t * dx - i, y0 + t * dy - j]
        const s = firstZero(-d * dx * dy, up - e * dx - n * dy - d * (u * dy + v * dx), at - (a + e * u + n * v + d * u * v))
        if (s <= on.end - t) return { t: t + s, surveyed: true, slopeE: (e + d * (v + s * dy)) / perCellE, slopeN: (n + d * (u + s * dx)) / perCellN }
      }
    }
    if (!(on.end < out)) break
    // It goes on in the neighbour behind the side that it leaves by.
    t = on.end
    i = on.tx <= on.ty ? beyond(dx, on.bi, on.i2) : Math.min(Math.max(Math.trunc(x0 + t * dx), on.bi), on.i2 - 1)
    j = on.ty <= on.tx ? beyond(dy, on.bj, on.j2) : Math.min(Math.max(Math.trunc(y0 + t * dy), on.bj), on.j2 - 1)
    if (i < 0 || j < 0 || i > grid.cols - 2 || j > grid.rows - 2) break
  }
  return out < most ? level(out, most) : null
}

/** When a line leaves by the side that it goes towards, between two lines. */
function side(x: number, dx: number, low: number, high: number): number {
  if (dx === 0) return Infinity
  return ((dx > 0 ? high : low) - x) / dx
}

/** The cell after a box of them. */
const beyond = (dx: number, low: number, high: number) => (dx > 0 ? high : low - 1)
