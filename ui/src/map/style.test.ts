import { afterEach, expect, it, vi } from 'vitest'
import { madeUp } from '../wire/basemap'
import { basemapStyle } from './style'

afterEach(() => vi.unstubAllGlobals())

it('draws the made-up city where the station has no pictures, and says so', () => {
  const style = basemapStyle('zh', madeUp)
  expect(Object.values(style.sources)).toEqual([expect.objectContaining({ type: 'geojson', attribution: '模拟地图，并非真实街道' })])
})

it('takes pictures from the station itself, dimmed, and names who made them as text', () => {
  vi.stubGlobal('location', { origin: 'https://station' })
  const style = basemapStyle('zh', { pictures: true, minZoom: 9, maxZoom: 16, west: 120, south: 32, east: 121, north: 33, tileSize: 512, attribution: 'Survey <b>&' })
  expect(style.sources).toEqual({
    pictures: {
      type: 'raster', tiles: ['https://station/api/v1/basemap/{z}/{x}/{y}'], tileSize: 512, minzoom: 9, maxzoom: 16, bounds: [120, 32, 121, 33],
      attribution: 'Survey &#60;b&#62;&#38;',
    },
  })
  const raster = style.layers.find((l) => l.type === 'raster')
  expect(raster?.paint?.['raster-brightness-max']).toBeLessThan(0.5)
  expect(style.layers.some((l) => l.type === 'symbol')).toBe(false)
})
