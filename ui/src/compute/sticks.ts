import type { Sticks } from '../wire/gen'

/** Sticks that nobody moves: the vehicle stops and stays. */
export const neutral: Sticks = { x: 0, y: 0, z: 500, r: 0 }

/** How far a key moves its stick, and with Shift, in thousandths. */
const keyStrength = 500
const keyFull = 1000
/** How fast a stick follows a key, thousandths per millisecond; a key that is let go counts at once. */
const slew = 1000 / 400

/** The keys that fly: forward, back, left, right; climb, sink, turn left, turn right. By place on the keyboard, not by letter. */
export const flyKeys: ReadonlySet<string> = new Set(['KeyW', 'KeyS', 'KeyA', 'KeyD', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'ShiftLeft', 'ShiftRight'])
/** The key that lets go. */
export const releaseKey = 'Space'

/** Where the keys that are down want the sticks. */
export function keysWant(down: ReadonlySet<string>): Sticks {
  const much = down.has('ShiftLeft') || down.has('ShiftRight') ? keyFull : keyStrength
  const axis = (plus: string, minus: string) => ((down.has(plus) ? 1 : 0) - (down.has(minus) ? 1 : 0)) * much
  return { x: axis('KeyW', 'KeyS'), y: axis('KeyD', 'KeyA'), z: 500 + axis('ArrowUp', 'ArrowDown') / 2, r: axis('ArrowRight', 'ArrowLeft') }
}

/** Moves sticks towards what the keys want within ms; back to the middle at once. */
export function follow(now: Sticks, want: Sticks, ms: number): Sticks {
  const step = slew * ms
  const axis = (at: number, to: number, middle: number, scale: number) => {
    if (to === middle) return middle
    const from = Math.sign(at - middle) === -Math.sign(to - middle) ? middle : at
    return Math.round(from + Math.max(-step * scale, Math.min(step * scale, to - from)))
  }
  return { x: axis(now.x, want.x, 0, 1), y: axis(now.y, want.y, 0, 1), z: axis(now.z, want.z, 500, 0.5), r: axis(now.r, want.r, 0, 1) }
}

/** Below this a gamepad's stick is let go. */
const dead = 0.12

/** Sticks of a gamepad in mode 2: left turns and climbs, right moves; softer near the middle. */
export function padSticks(axes: readonly number[]): Sticks {
  const axis = (i: number) => {
    const a = axes[i] ?? 0
    if (!Number.isFinite(a) || Math.abs(a) < dead) return 0
    const live = Math.min(1, (Math.abs(a) - dead) / (1 - dead))
    return Math.sign(a) * (0.5 * live + 0.5 * live ** 3)
  }
  const whole = (a: number) => Math.round(a * 1000) || 0
  return { x: whole(-axis(3)), y: whole(axis(2)), z: 500 + Math.round(-axis(1) * 500), r: whole(axis(0)) }
}

export const isNeutral = (s: Sticks) => s.x === 0 && s.y === 0 && s.z === 500 && s.r === 0

/** Whether a key pressed at an element is meant for it and not for the sticks. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable=""], [contenteditable="true"]') !== null
}
