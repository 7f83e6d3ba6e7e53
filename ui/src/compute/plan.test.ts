import { describe, expect, it } from 'vitest'
import type { Heights } from './grid'
import { clearanceM, durationS, lengthM, named, waypoints } from './plan'

const a = { lat: 32.533, lon: 120.467 }
const b = { lat: 32.542, lon: 120.467 } // 0.009° of latitude: 1001 m

describe('a plan', () => {
  it('is as long as its legs', () => {
    expect(lengthM([])).toBe(0)
    expect(lengthM([a, b, a])).toBeCloseTo(2002, -1)
  })

  it('takes its legs and its holds', () => {
    expect(durationS(waypoints([a, b], 60, 30), 10)).toBeCloseTo(160, 0)
  })

  it('gets the name of its file unless it has one', () => {
    expect(JSON.parse(named('{"fileType":"Plan"}', 'School 7.plan'))).toEqual({ fileType: 'Plan', name: 'School 7' })
    expect(named('{"name":"x"}', 'School 7.plan')).toBe('{"name":"x"}')
    expect(named('no json', 'School 7.plan')).toBe('no json')
  })
})

it('is as high as it is above the highest ground under it', () => {
  // A ridge of 40 m in level ground; the north-eastern height is missing.
  const g: Heights = { cols: 4, rows: 2, west: 120, south: 32, cell: 0.01, errorM: 1, heights: new Float32Array([4, 44, 4, NaN, 4, 44, 4, 4]) }
  const at = (lon: number, lat = 32) => ({ lat, lon })
  expect(clearanceM(g, [], 64)).toBeNull()
  expect(clearanceM(g, [at(120)], 64)).toBe(60)
  expect(clearanceM(g, [at(120), at(120.019)], 64)).toBeCloseTo(20, 0)
  expect(clearanceM(g, [at(120), at(120.025, 32.01)], 64)).toBeNull()
  expect(clearanceM(null, [at(120)], 64)).toBeNull()
})
