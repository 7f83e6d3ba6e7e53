import { describe, expect, it } from 'vitest'
import { centre, city } from './city'

describe('the made-up city', () => {
  const all = city().features
  const of = (kind: string) => all.filter((f) => f.properties?.['kind'] === kind)

  it('is the same each time', () => {
    expect(JSON.stringify(city())).toBe(JSON.stringify(city()))
  })

  it('has the places that are patrolled', () => {
    expect([of('school').length, of('hospital').length, of('mall').length]).toEqual([135, 63, 14])
  })

  it('lies around its centre and is light enough to draw', () => {
    for (const f of all) {
      if (f.geometry.type !== 'Point') continue
      const [lon = 0, lat = 0] = f.geometry.coordinates
      expect(Math.abs(lat - centre.lat)).toBeLessThan(0.13)
      expect(Math.abs(lon - centre.lon)).toBeLessThan(0.15)
    }
    expect(JSON.stringify(all).length).toBeLessThan(2_000_000)
  })
})
