import { describe, expect, it } from 'vitest'
import { footprint, rim } from './footprint'
import { bearingDeg, distanceM } from './geo'

const at = { lat: 32.53, lon: 120.46 }
const far = (places: { lat: number; lon: number }[]) => Math.max(...places.map((p) => distanceM(at, p)))

describe('a footprint', () => {
  it('is a rectangle straight below', () => {
    const places = footprint(at, 100, { yawDeg: 0, pitchDeg: -90 }, 90, 2)
    expect(places).toHaveLength(5)
    for (const p of places) expect(distanceM(at, p)).toBeCloseTo(Math.hypot(100, 50), 0)
  })

  it('lies where the camera looks, up to the range', () => {
    const places = footprint(at, 60, { yawDeg: 90, pitchDeg: -5 }, 60)
    expect(far(places)).toBeGreaterThan(490)
    expect(far(places)).toBeLessThan(503)
    for (const p of places) expect(Math.abs(bearingDeg(at, p) - 90)).toBeLessThan(35)
  })

  it('is none in the sky', () => expect(footprint(at, 60, { yawDeg: 0, pitchDeg: 40 }, 60)).toEqual([]))
})

it('a zone has a closed rim', () => {
  const zone = { id: 'Z1', name: '', reason: '', rule: 'record' as const, by: '', at: '' }
  expect(rim({ ...zone, ring: [at, { lat: 32.54, lon: 120.46 }, { lat: 32.54, lon: 120.47 }] })).toHaveLength(4)
  expect(far(rim({ ...zone, center: at, radiusM: 80 }))).toBeCloseTo(80, 0)
})
