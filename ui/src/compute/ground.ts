import type { LatLon, Position } from '../wire/gen'

/** Heights of the ground, metres AMSL, row by row from the north, NaN where there is none; bilinear between them, as internal/geo has it. */
export type Grid = { cols: number; rows: number; west: number; south: number; cell: number; errorM: number; heights: Float32Array }

/** The ground under a camera: the heights of a grid, and where it has none level ground. */
export type Ground = { grid: Grid | null; levelAmsl: number }

/** Where a ray meets the ground: after t rays, and by how much the ground rises there to the east and to the north, metres in a metre. */
export type Meeting = { t: number; surveyed: boolean; slopeE: number; slopeN: number }

type ENU = readonly [e: number, n: number, u: number]

export const metresPerDeg = (6_378_137 * Math.PI) / 180 // internal/geo takes the equatorial radius
const hair = 1e-6 // what a place may be off by rounding, of a cell

const clamp = (v: number, most: number) => Math.min(Math.max(Math.trunc(v), 0), most)

/** The south-western height of a cell, by how much its neighbours are higher, and what they leave over; NaN if one is missing. */
function plane(g: Grid, i: number, j: number): [a: number, e: number, n: number, d: number] {
  const height = (i: number, j: number) => g.heights[(g.rows - 1 - j) * g.cols + i] ?? NaN
  const [a, e, n] = [height(i, j), height(i + 1, j), height(i, j + 1)]
  const d = height(i + 1, j + 1) - e - n + a
  return [Number.isNaN(d) ? NaN : a, e - a, n - a, d]
}

/** The height of a place, metres AMSL; null beyond the grid and where it has none. */
export function heightAt(g: Grid | null, p: LatLon): number | null {
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
export function aboveGround(g: Grid | null, p: Position): number | null {
  const h = heightAt(g, p)
  return h === null ? null : p.altAmsl - h
}

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
  let [t, i, j] = [into, clamp(x0 + into * dx, grid.cols - 2), clamp(y0 + into * dy, grid.rows - 2)]
  for (;;) {
    const [tx, ty] = [side(x0, dx, i), side(y0, dy, j)]
    const end = Math.min(tx, ty, out)
    const [a, e, n, d] = plane(grid, i, j)
    const got = Number.isNaN(a) ? level(t, end) : null
    if (got !== null) return got
    if (!Number.isNaN(a)) {
      const [u, v] = [x0 + t * dx - i, y0 + t * dy - j]
      const s = firstZero(-d * dx * dy, up - e * dx - n * dy - d * (u * dy + v * dx), z + t * up - (a + e * u + n * v + d * u * v))
      if (s <= end - t) return { t: t + s, surveyed: true, slopeE: (e + d * (v + s * dy)) / perCellE, slopeN: (n + d * (u + s * dx)) / perCellN }
    }
    if (end >= out || !(end >= t)) break
    t = end
    if (tx <= ty) i += Math.sign(dx)
    if (ty <= tx) j += Math.sign(dy)
    if (i < 0 || j < 0 || i > grid.cols - 2 || j > grid.rows - 2) break
  }
  return out < most ? level(out, most) : null
}

/** When a line leaves a cell by the side that it goes towards. */
function side(x: number, dx: number, cell: number): number {
  if (dx === 0) return Infinity
  return (cell + (dx > 0 ? 1 : 0) - x) / dx
}
