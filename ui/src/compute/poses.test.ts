import { describe, expect, it } from 'vitest'
import { later, noonMs, vehicle } from '../testing/fleet'
import { PoseLog } from './poses'

const word = (s: number, lat: number, headingDeg: number, yawDeg: number) =>
  vehicle({
    position: { lat, lon: 120.4, altAmsl: 94 }, positionAt: later(s), headingDeg, velNMs: 10,
    gimbal: { yawDeg, pitchDeg: -30, rollDeg: 0, at: later(s) },
  })

function log(...words: ReturnType<typeof word>[]): PoseLog {
  const l = new PoseLog()
  for (const w of words) l.hear(w)
  return l
}

const unknown = { place: null, look: null, hfovDeg: null }

describe('the pose at a moment', () => {
  const l = log(word(0, 32.5, 350, 350), word(1, 32.5002, 10, 20))

  it('lies between what was told before and after, angles the shorter way', () => {
    const { place, look } = l.pose(noonMs + 500)
    expect(place?.lat).toBeCloseTo(32.5001, 9)
    expect(place?.headingDeg).toBeCloseTo(0, 9)
    expect(look?.yawDeg).toBeCloseTo(5, 9)
  })

  it('goes on as it flew after the newest word, and ends with it', () => {
    expect(l.pose(noonMs + 2000).place?.lat).toBeCloseTo(32.5002 + 10 / 111_319.5, 7)
    expect(l.pose(noonMs + 2000).look?.yawDeg).toBe(20)
    expect(l.pose(noonMs + 2501)).toEqual(unknown)
  })

  it('is not known before the oldest word, nor in a gap', () => {
    expect(l.pose(noonMs - 1)).toEqual(unknown)
    expect(log(word(0, 32.5, 0, 0), word(2, 32.5, 0, 0)).pose(noonMs + 1000)).toEqual(unknown)
  })

  it('is kept for five seconds, and repeated or older words do not change it', () => {
    const many = log(...Array.from({ length: 9 }, (_, i) => word(i, 32.5, i, i)), word(7, 33, 0, 0))
    expect(many.pose(noonMs + 2999).place).toBeNull()
    expect(many.pose(noonMs + 3000).place?.headingDeg).toBe(3)
    expect(many.pose(noonMs + 8000).place?.lat).toBe(32.5)
  })

  it('has the width that the camera told then', () => {
    const wide = (s: number, hDeg: number) => vehicle({ cameras: [{ component: 100, recording: false, at: later(s), field: { hDeg, at: later(s) } }] })
    const l = log(wide(0, 70), wide(1, 50))
    expect([l.pose(noonMs - 1), l.pose(noonMs + 500), l.pose(noonMs + 2000), l.pose(noonMs + 3000)].map((p) => p.hfovDeg)).toEqual([null, 60, 50, null])
  })

  it('has no direction without a gimbal', () => {
    const { place, look } = log(vehicle()).pose(noonMs)
    expect([place?.altAmsl, look]).toEqual([4, null])
  })
})
