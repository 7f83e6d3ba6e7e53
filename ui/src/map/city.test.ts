import { describe, expect, it } from 'vitest'
import seen from '../../../simulator/camera/city/testdata/city.txt?raw'
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

  it('is the city that the simulator shows in its cameras', () => {
    const show = (p: number[] = []) => p.slice(0, 2).map((v) => v.toFixed(6)).join(' ')
    const line = (f: (typeof all)[number], i: number) => {
      const g = f.geometry
      const points = g.type === 'Point' ? [g.coordinates] : g.type === 'LineString' ? g.coordinates : g.type === 'Polygon' ? (g.coordinates[0] ?? []) : []
      return `${i} ${String(f.properties?.['kind'])} ${points.length} ${show(points[0])} ${show(points[points.length >> 1])}`
    }
    expect([`features ${all.length}`, ...all.map(line).filter((_, i) => i % 8 === 0)]).toEqual(seen.trim().split('\n'))
  })
})
