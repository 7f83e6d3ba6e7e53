import { expect, it } from 'vitest'
import { bearingDeg, distanceM, distanceText } from './geo'

it('measures distances and bearings', () => {
  const a = { lat: 32.5, lon: 120.5 }
  expect(distanceM(a, { lat: 33.5, lon: 120.5 })).toBeCloseTo(111195, -1)
  expect(distanceM(a, a)).toBe(0)
  expect(bearingDeg(a, { lat: 32.5, lon: 120.6 })).toBeCloseTo(90, 0)
  expect(bearingDeg(a, { lat: 32.4, lon: 120.5 })).toBeCloseTo(180)
  expect([12.3, 999.4, 1240, 12345].map(distanceText)).toEqual(['12 m', '999 m', '1.24 km', '12.3 km'])
})
