import { describe, expect, it } from 'vitest'
import { areaM2, areaText, crossed, flaw, inForce } from './zones'

const at = (lat: number, lon: number) => ({ lat: 32 + lat / 1000, lon: 120 + lon / 1000 })
const square = [at(0, 0), at(0, 1), at(1, 1), at(1, 0)]
const zone = { name: 'school', reason: 'children', rule: 'record' as const }

describe('what a zone lacks', () => {
  it('is nothing for a polygon and a circle that have all', () => {
    expect(flaw({ ...zone, ring: square })).toBeNull()
    expect(flaw({ ...zone, center: at(0, 0), radiusM: 80, daily: { from: '22:00', to: '06:00', timeZone: 'Asia/Shanghai' } })).toBeNull()
  })

  it.each([
    ['corners', { ...zone, ring: square.slice(0, 2) }],
    ['many', { ...zone, ring: Array.from({ length: 61 }, (_, i) => at(Math.cos(i / 10), Math.sin(i / 10))) }],
    ['crossed', { ...zone, ring: [at(0, 0), at(1, 1), at(1, 0), at(0, 1)] }],
    ['radius', { ...zone, center: at(0, 0), radiusM: 0.5 }],
    ['radius', { ...zone, center: at(0, 0), radiusM: NaN }],
    ['name', { ...zone, name: ' ', ring: square }],
    ['reason', { ...zone, reason: '', ring: square }],
    ['hours', { ...zone, ring: square, daily: { from: '07:00', to: '07:00', timeZone: 'Asia/Shanghai' } }],
    ['hours', { ...zone, ring: square, daily: { from: '07:00', to: '17:00', timeZone: '' } }],
  ])('is %s', (want, z) => expect(flaw(z)).toBe(want))
})

it('sides cross where they are no neighbours', () => {
  expect(crossed(square)).toBe(false)
  expect(crossed([at(0, 0), at(0, 2), at(1, 1), at(2, 2), at(2, 0)])).toBe(false) // hollow, and still one piece
  expect(crossed([at(0, 0), at(0, 2), at(1, 1), at(-1, 1), at(1, 0)])).toBe(true)
})

it('an area is that of the ground', () => {
  expect(areaM2({ center: at(0, 0), radiusM: 100 })).toBeCloseTo(31_416, 0)
  expect(areaM2({ ring: square }) / (111.195 * 111.195 * Math.cos((32 * Math.PI) / 180))).toBeCloseTo(1, 4)
  expect(areaM2({ ring: [...square].reverse() })).toBeCloseTo(areaM2({ ring: square }), 0)
  expect(areaM2({})).toBe(0)
  expect([areaText(820.4), areaText(31_416), areaText(2_340_000)]).toEqual(['820 m²', '3.1 ha', '2.3 km²'])
})

it('is in force in its hours, by the clock of its own place', () => {
  const day = { from: '07:30', to: '17:00', timeZone: 'Asia/Shanghai' }
  const night = { from: '22:00', to: '06:00', timeZone: 'Asia/Shanghai' }
  const utc = (h: number, m = 0) => Date.UTC(2026, 10, 26, h, m)
  expect(inForce(undefined, utc(0))).toBe(true)
  expect([inForce(day, utc(23, 29)), inForce(day, utc(23, 30)), inForce(day, utc(8, 59)), inForce(day, utc(9))]).toEqual([false, true, true, false])
  expect([inForce(night, utc(13, 59)), inForce(night, utc(14)), inForce(night, utc(21, 59)), inForce(night, utc(22))]).toEqual([false, true, true, false])
  expect(inForce({ ...day, timeZone: 'Nowhere/Land' }, utc(0))).toBe(true)
})
