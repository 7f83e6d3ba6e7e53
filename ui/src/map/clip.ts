export type Point = readonly [x: number, y: number]
export type Box = { left: number; top: number; right: number; bottom: number }

/**
 * The part of a segment inside a box and how far from its start that begins; null if none is. A dashed line that leaves
 * the screen by kilometres costs only the dashes that are seen. (Liang and Barsky's way.)
 */
export function clip(a: Point, b: Point, box: Box): { from: Point; to: Point; skipped: number } | null {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  let [enter, leave] = [0, 1]
  const sides: [number, number][] = [[-dx, a[0] - box.left], [dx, box.right - a[0]], [-dy, a[1] - box.top], [dy, box.bottom - a[1]]]
  for (const [towards, room] of sides) {
    if (towards === 0) {
      if (room < 0) return null
    } else if (towards < 0) enter = Math.max(enter, room / towards)
    else leave = Math.min(leave, room / towards)
  }
  if (enter > leave) return null
  return { from: [a[0] + enter * dx, a[1] + enter * dy], to: [a[0] + leave * dx, a[1] + leave * dy], skipped: enter * Math.hypot(dx, dy) }
}

export const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
