import { describe, expect, it } from 'vitest'
import { footprint, rim } from './footprint'
import { bearingDeg, distanceM, offset } from './geo'
import { aboveGround, gridOf, heightAt } from './grid'
import { metresPerDeg } from './ground'
import type { Eye } from './target'

const at = { lat: 32.53, lon: 120.46 }
const far = (places: { lat: number; lon: number }[]) => Math.max(...places.map((p) => distanceM(at, p)))

const eye = (altAmsl: number, yawDeg: number, pitchDeg: number, hfovDeg: number, aspect = 16 / 9): Eye => ({ ...at, altAmsl, yawDeg, pitchDeg, rollDeg: 0, hfovDeg, aspect })
const level = { grid: null, levelAmsl: 0 }

describe('a footprint', () => {
  it('is a rectangle straight below', () => {
    const places = footprint(eye(100, 0, -90, 90, 2), level)
    const metres = places.map((p) => [(p.lon - at.lon) * metresPerDeg * Math.cos((at.lat * Math.PI) / 180), (p.lat - at.lat) * metresPerDeg] as const)
    for (const [e, n] of metres) expect(Math.max(Math.abs(e) / 100, Math.abs(n) / 50)).toBeCloseTo(1, 6)
    expect(metres.filter(([e, n]) => Math.abs(Math.abs(e) - 100) < 0.01 && Math.abs(Math.abs(n) - 50) < 0.01).length).toBeGreaterThanOrEqual(4)
  })

  it('lies where the camera looks, up to the range', () => {
    const places = footprint(eye(60, 90, -5, 60), level)
    expect(far(places)).toBeGreaterThan(490)
    expect(far(places)).toBeLessThan(503)
    for (const p of places) expect(Math.abs(bearingDeg(at, p) - 90)).toBeLessThan(35)
    expect(places[0]).toEqual(places.at(-1))
  })

  it('is none in the sky', () => expect(footprint(eye(60, 0, 40, 60), level)).toEqual([]))

  it('ends at a hill, and what lies behind it is not seen', () => {
    const [side, cell] = [41, 20 / metresPerDeg]
    const heights = Float32Array.from({ length: side * side }, (_, n) => Math.max(0, 80 - 2 * Math.abs(20 * (20 - Math.floor(n / side)) - 200))) // a wall from west to east, 200 m to the north
    const grid = gridOf({ cols: side, rows: side, west: at.lon - 20 * cell, south: at.lat - 20 * cell, cell, errorM: 1, heights })
    const look = eye(60, 0, -20, 30)
    expect(far(footprint(look, { grid, levelAmsl: 0 }))).toBeLessThan(205)
    expect(far(footprint(look, level))).toBeGreaterThan(250)
    expect(heightAt(grid, offset(at, 0, 200))).toBeCloseTo(80, 0)
    expect(heightAt(grid, offset(at, 0, 500))).toBeNull()
    expect(aboveGround(grid, { ...offset(at, 0, 180), altAmsl: 60 })).toBeCloseTo(20, 0)
  })
})

it('a zone has a closed rim', () => {
  const zone = { id: 'Z1', name: '', reason: '', rule: 'record' as const, by: '', at: '' }
  expect(rim({ ...zone, ring: [at, { lat: 32.54, lon: 120.46 }, { lat: 32.54, lon: 120.47 }] })).toHaveLength(4)
  expect(far(rim({ ...zone, center: at, radiusM: 80 }))).toBeCloseTo(80, 0)
})
