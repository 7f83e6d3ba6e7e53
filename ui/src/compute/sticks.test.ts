import { expect, it } from 'vitest'
import { follow, isNeutral, keysWant, neutral, padSticks } from './sticks'

it('reads the keys that are down', () => {
  expect(keysWant(new Set())).toEqual(neutral)
  expect(keysWant(new Set(['KeyW', 'KeyA']))).toEqual({ x: 500, y: -500, z: 500, r: 0 })
  expect(keysWant(new Set(['KeyW', 'KeyS']))).toEqual(neutral)
  expect(keysWant(new Set(['ArrowUp', 'ArrowRight', 'ShiftLeft']))).toEqual({ x: 0, y: 0, z: 1000, r: 1000 })
  expect(keysWant(new Set(['ArrowDown', 'ShiftRight'])).z).toBe(0)
})

it('follows a key softly and lets go at once', () => {
  const want = keysWant(new Set(['KeyW', 'ArrowUp']))
  const first = follow(neutral, want, 40)
  expect(first).toEqual({ x: 100, y: 0, z: 550, r: 0 })
  let at = neutral
  for (let i = 0; i < 20; i++) at = follow(at, want, 40)
  expect(at).toEqual(want)
  expect(follow(at, neutral, 40)).toEqual(neutral)
  // The other way begins in the middle, not on the wrong side.
  expect(follow(at, keysWant(new Set(['KeyS'])), 40).x).toBe(-100)
})

it('reads a gamepad in mode 2 with a dead middle and full ends', () => {
  expect(padSticks([0.05, -0.1, 0.11, -0.02])).toEqual(neutral)
  expect(padSticks([0, 0, 1, -1])).toEqual({ x: 1000, y: 1000, z: 500, r: 0 })
  expect(padSticks([-1, -1, 0, 0])).toEqual({ x: 0, y: 0, z: 1000, r: -1000 })
  expect(padSticks([0, 1, 0, 0]).z).toBe(0)
  const half = padSticks([0, 0, 0.5, 0]).y
  expect(half).toBeGreaterThan(150)
  expect(half).toBeLessThan(450)
  expect(padSticks([])).toEqual(neutral)
  expect(padSticks([NaN, 2, 0, 0]).z).toBe(0)
})

it('never leaves the range', () => {
  for (const a of [-5, -1, -0.5, 0, 0.3, 1, 7]) {
    const s = padSticks([a, a, a, a])
    for (const v of [s.x, s.y, s.r]) expect(Math.abs(v)).toBeLessThanOrEqual(1000)
    expect(s.z).toBeGreaterThanOrEqual(0)
    expect(s.z).toBeLessThanOrEqual(1000)
  }
  expect(isNeutral(neutral)).toBe(true)
})
