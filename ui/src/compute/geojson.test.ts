import { expect, it } from 'vitest'
import { readZones } from './geojson'

const usual = { reason: 'children', rule: 'record' as const }
const ring = [[120.1, 32.1], [120.2, 32.1], [120.2, 32.2], [120.1, 32.1]]
const places = [{ lat: 32.1, lon: 120.1 }, { lat: 32.1, lon: 120.2 }, { lat: 32.2, lon: 120.2 }]
const read = (json: unknown) => readZones(JSON.stringify(json), 'Ⅱ schools.geojson', usual)
const feature = (geometry: unknown, properties: unknown = null) => ({ type: 'Feature', properties, geometry })

it('takes polygons and circles with their properties, the rest as usual', () => {
  const { zones, left } = read({
    type: 'FeatureCollection',
    features: [
      feature({ type: 'Polygon', coordinates: [ring, [[120.15, 32.12], [120.16, 32.12], [120.16, 32.13], [120.15, 32.12]]] }, { name: ' 小学 ', rule: 'relay', reason: '儿童' }),
      feature({ type: 'Point', coordinates: [120.3, 32.3, 5] }, { name: 'ward', radiusM: 80, rule: 'all' }),
      feature({ type: 'MultiPolygon', coordinates: [[ring], [ring]] }),
    ],
  })
  expect(left).toEqual([])
  expect(zones).toEqual([
    { name: '小学', reason: '儿童', rule: 'relay', ring: places },
    { name: 'ward', reason: 'children', rule: 'record', center: { lat: 32.3, lon: 120.3 }, radiusM: 80 },
    { name: 'Ⅱ schools 3 1', reason: 'children', rule: 'record', ring: places },
    { name: 'Ⅱ schools 3 2', reason: 'children', rule: 'record', ring: places },
  ])
})

it('takes a bare geometry, named by its file, and one without a reason, which is asked for', () => {
  expect(read({ type: 'Polygon', coordinates: [ring] }).zones).toEqual([{ ...usual, name: 'Ⅱ schools', ring: places }])
  expect(readZones(JSON.stringify({ type: 'Polygon', coordinates: [ring] }), 'a.json', { ...usual, reason: '' }).zones).toHaveLength(1)
})

it.each([
  ['a line', 'shape', feature({ type: 'LineString', coordinates: ring })],
  ['a point alone', 'shape', feature({ type: 'Point', coordinates: [1, 2] })],
  ['nothing', 'shape', feature(null)],
  ['latitude first', 'place', feature({ type: 'Polygon', coordinates: [[[32.1, 120.1], [32.1, 120.2], [32.2, 120.2]]] })],
  ['a text for a number', 'place', feature({ type: 'Polygon', coordinates: [[['120', 32], [120, 32], [121, 33]]] })],
  ['sides that cross', 'crossed', feature({ type: 'Polygon', coordinates: [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]] })],
  ['two corners', 'corners', feature({ type: 'Polygon', coordinates: [[[0, 0], [1, 1], [0, 0]]] })],
  ['a circle too wide', 'radius', feature({ type: 'Point', coordinates: [0, 0] }, { radiusM: 1e6 })],
])('leaves %s out and says why', (_, why, f) => {
  expect(read(f)).toEqual({ zones: [], left: [{ name: 'Ⅱ schools', why }] })
})

it('throws at what is no GeoJSON', () => {
  for (const text of ['', '{', '[]', '{"type":"Topology"}', 'null']) expect(() => readZones(text, 'x', usual)).toThrow(SyntaxError)
})
