import type { LatLon, NoRecordZone, Vehicle } from '../wire/gen'
import { ring } from './aim'
import { widthNow } from './field'
import { offset } from './geo'

/** How far a camera at its wide end shows enough to be of concern, metres, as the station has it. */
export const sharpM = 500
const rad = Math.PI / 180
const corners = 48

type Point = { x: number; y: number }

/** What of a convex ring lies where a·x + b·y + d ≥ 0. */
function cut(points: Point[], a: number, b: number, d: number): Point[] {
  return points.flatMap((p, i) => {
    const q = points[(i + 1) % points.length] ?? p
    const [here, next] = [a * p.x + b * p.y + d, a * q.x + b * q.y + d]
    const out = here >= 0 ? [p] : []
    if (here >= 0 !== next >= 0) {
      const t = here / (here - next)
      out.push({ x: p.x + t * (q.x - p.x), y: p.y + t * (q.y - p.y) })
    }
    return out
  })
}

/**
 * The level ground that a camera sees within rangeM, as a closed ring; empty if it sees none. The field of view is four
 * half-spaces, each of which cuts the circle of the range along a line: as the station has it (internal/geo).
 */
export function footprint(at: LatLon, heightM: number, look: { yawDeg: number; pitchDeg: number }, hfovDeg: number, aspect = 16 / 9, rangeM = sharpM): LatLon[] {
  const [sy, cy, sp, cp] = [Math.sin(look.yawDeg * rad), Math.cos(look.yawDeg * rad), Math.sin(look.pitchDeg * rad), Math.cos(look.pitchDeg * rad)]
  const wide = Math.tan((hfovDeg * rad) / 2)
  const high = wide / aspect
  const [ahead, right, up] = [[sy * cp, cy * cp, sp], [cy, -sy, 0], [-sy * sp, -cy * sp, cp]] as const
  let points: Point[] = Array.from({ length: corners }, (_, i) => ({ x: rangeM * Math.cos((2 * Math.PI * i) / corners), y: rangeM * Math.sin((2 * Math.PI * i) / corners) }))
  for (const [k, side, sign] of [[wide, right, 1], [wide, right, -1], [high, up, 1], [high, up, -1]] as const) {
    points = cut(points, k * ahead[0] + sign * side[0], k * ahead[1] + sign * side[1], -(k * ahead[2] + sign * side[2]) * Math.max(heightM, 0.5))
  }
  const first = points[0]
  if (first === undefined || points.length < 3) return []
  return [...points, first].map((p) => offset(at, Math.atan2(p.x, p.y) / rad, Math.hypot(p.x, p.y)))
}

/** What a vehicle in the air sees, as wide as its camera tells, else as wideDeg; empty while its place or its gimbal is not known. */
export function seen(v: Vehicle | undefined, wideDeg: number, now: number): LatLon[] {
  if (v?.position === undefined || v.gimbal === undefined || !(wideDeg > 0)) return []
  const { hfovDeg, times } = widthNow(v, wideDeg, now)
  return footprint(v.position, v.altRelM, v.gimbal, hfovDeg, 16 / 9, sharpM * times)
}

/** The rim of a no-record zone, closed. */
export function rim(z: Pick<NoRecordZone, 'ring' | 'center' | 'radiusM'>): LatLon[] {
  if (z.center !== undefined) return ring(z.center, z.radiusM ?? 0)
  const first = z.ring?.[0]
  return first ? [...(z.ring ?? []), first] : []
}
