import { describe, expect, it } from 'vitest'
import { noonMs, noon, spec, vehicle } from '../testing/fleet'
import { distanceM } from './geo'
import { PoseLog } from './poses'
import { metres, pixelAt, spotAt, spotText, within95 } from './spot'

const v = vehicle({ altRelM: 90, position: { lat: 32.5, lon: 120.4, altAmsl: 94 }, gimbal: { yawDeg: 90, pitchDeg: -45, rollDeg: 0, at: noon } })
const log = new PoseLog()
log.hear(v)
const middle = { x: 0.5, y: 0.5 }
const now = { ms: noonMs, by: 'capture' as const }

describe('a place from a picture', () => {
  it('lies on the ground at the height of home', () => {
    const got = spotAt(spec(), v, log, now, 16 / 9, middle, null)
    if (typeof got === 'string') throw new Error(got)
    expect(distanceM(got.place, v.position ?? { lat: 0, lon: 0 })).toBeCloseTo(90, 0)
    expect(got.place.lon).toBeGreaterThan(120.4)
    expect([got.vehicle, got.groundAmsl, got.time]).toEqual(['V07', 4, now])
    expect(spotText(got)).toMatch(/^32\.500000, 120\.400\d{3} \(WGS-84\), 4 m AMSL \(taken as level\), 95 %: .* m × .* m, \d+°, V07 2026-03-01T12:00:00.000Z$/)
  })

  it('is none, and says why, where something is not known', () => {
    const blind = new PoseLog()
    blind.hear({ ...v, gimbal: undefined })
    expect(spotAt(spec(), v, log, { ms: noonMs + 9000, by: 'capture' }, 16 / 9, middle, null)).toBe('position')
    expect(spotAt(spec(), v, undefined, now, 16 / 9, middle, null)).toBe('position')
    expect(spotAt(spec(), v, blind, now, 16 / 9, middle, null)).toBe('gimbal')
    expect(spotAt(spec(), v, log, null, 16 / 9, middle, null)).toBe('clock')
    const zoomed = { ...v, cameras: [{ component: 100, recording: false, at: noon, zoom: 20 }] }
    expect(spotAt(spec(), zoomed, log, now, 16 / 9, middle, null)).toBe('zoom')
  })

  it('is found by the field of view that the camera told at the time of the picture', () => {
    const zoomed = { ...v, cameras: [{ component: 100, recording: false, at: noon, zoom: 20, field: { hDeg: 20, at: noon } }] }
    const poses = new PoseLog()
    poses.hear(zoomed)
    const [own, wide] = [[zoomed, poses] as const, [v, log] as const].map(([v, p]) => spotAt(spec(), v, p, now, 16 / 9, { x: 0, y: 0.5 }, null))
    if (own === undefined || wide === undefined || typeof own === 'string' || typeof wide === 'string') throw new Error('no place')
    const middle = { lat: 32.5, lon: 120.4 + 90 / 111_319.5 / Math.cos((32.5 * Math.PI) / 180) }
    const slant = 90 * Math.SQRT2
    expect(distanceM(own.place, middle)).toBeCloseTo(slant * Math.tan((10 * Math.PI) / 180), 0)
    expect(distanceM(wide.place, middle)).toBeCloseTo(slant * Math.tan((35 * Math.PI) / 180), 0)
  })
})

it('a pixel is found in a picture with bars beside it', () => {
  expect(pixelAt(100, 50, 200, 100, 1)).toEqual(middle)
  expect(pixelAt(40, 50, 200, 100, 1)).toBeNull()
  expect(pixelAt(50, 100, 100, 200, 1)).toEqual(middle)
})

it('an error is told as the ellipse of 95 %', () => {
  const e = within95({ majorM: 10, minorM: 1, bearingDeg: 30 })
  expect([metres(e.majorM), metres(e.minorM), e.bearingDeg]).toEqual(['24', '2.4', 30])
})
