import { describe, expect, it } from 'vitest'
import { durationS, lengthM, named, waypoints } from './plan'

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
