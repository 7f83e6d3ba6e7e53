import { describe, expect, it } from 'vitest'
import { noonMs, noon, spec, vehicle } from '../testing/fleet'
import { distanceM } from './geo'
import { PoseLog } from './poses'
import { pixelAt, spotAt } from './spot'

const v = vehicle({ altRelM: 90, position: { lat: 32.5, lon: 120.4, altAmsl: 94 }, gimbal: { yawDeg: 90, pitchDeg: -45, rollDeg: 0, at: noon } })
const log = new PoseLog()
log.hear(v)
const middle = { x: 0.5, y: 0.5 }
const now = log.pose(noonMs)

describe('a place from a picture', () => {
  it('lies on the ground at the height of home', () => {
    const got = spotAt(spec(), v, now, 'capture', 16 / 9, middle)
    if (typeof got === 'string') throw new Error(got)
    expect(distanceM(got.place, v.position ?? { lat: 0, lon: 0 })).toBeCloseTo(90, 0)
    expect(got.place.lon).toBeGreaterThan(120.4)
    expect([got.vehicle, got.by]).toEqual(['V07', 'capture'])
  })

  it('is none, and says why, where something is not known', () => {
    expect(spotAt(spec(), v, log.pose(noonMs + 9000), 'capture', 16 / 9, middle)).toBe('position')
    expect(spotAt(spec(), v, { ...now, look: null }, 'capture', 16 / 9, middle)).toBe('gimbal')
    expect(spotAt(spec(), v, now, 'unknown', 16 / 9, middle)).toBe('clock')
    const zoomed = { ...v, cameras: [{ component: 100, recording: false, at: noon, zoom: 20 }] }
    expect(spotAt(spec(), zoomed, now, 'capture', 16 / 9, middle)).toBe('zoom')
  })
})

it('a pixel is found in a picture with bars beside it', () => {
  expect(pixelAt(100, 50, 200, 100, 1)).toEqual(middle)
  expect(pixelAt(40, 50, 200, 100, 1)).toBeNull()
  expect(pixelAt(50, 100, 100, 200, 1)).toEqual(middle)
})
