import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { Lang } from '../i18n'
import type { Basemap } from '../wire/gen'
import { city } from './city'

const ground = '#0d131a'

const of = (...kinds: string[]): ExpressionSpecification => ['in', ['get', 'kind'], ['literal', kinds]]
const font = ['Inter Variable', 'Noto Sans CJK SC', 'sans-serif']
const halo = { 'text-halo-color': '#0b1016', 'text-halo-width': 1.2 } as const
const grow = (...stops: number[]): ExpressionSpecification => ['interpolate', ['exponential', 1.6], ['zoom'], ...stops]

function labels(lang: Lang): LayerSpecification[] {
  const name: ExpressionSpecification = ['get', lang]
  return [
    { id: 'water-names', source: 'city', type: 'symbol', minzoom: 11, filter: of('river'),
      layout: { 'symbol-placement': 'line', 'symbol-spacing': 500, 'text-field': name, 'text-font': font, 'text-size': 11, 'text-letter-spacing': 0.12 },
      paint: { 'text-color': '#41627c', ...halo } },
    { id: 'road-names', source: 'city', type: 'symbol', minzoom: 12.5, filter: of('major'),
      layout: { 'symbol-placement': 'line', 'symbol-spacing': 420, 'text-field': name, 'text-font': font, 'text-size': 10.5 },
      paint: { 'text-color': '#66757f', ...halo } },
    { id: 'place-names', source: 'city', type: 'symbol', minzoom: 13.5, filter: of('school', 'hospital', 'mall', 'fuel'),
      layout: { 'text-field': name, 'text-font': font, 'text-size': 10.5, 'text-offset': [0, 0.6], 'text-anchor': 'top', 'text-max-width': 12 },
      paint: { 'text-color': '#7b8a96', ...halo } },
  ]
}

/** Pictures of a map that the station has: made as dark and as faint as the made-up one. */
function pictures(m: Basemap): StyleSpecification {
  return {
    version: 8,
    sources: {
      pictures: {
        type: 'raster', tiles: [`${location.origin}/api/v1/basemap/{z}/{x}/{y}`], tileSize: m.tileSize, minzoom: m.minZoom, maxzoom: m.maxZoom,
        bounds: [m.west, m.south, m.east, m.north], ...(m.attribution === '' ? {} : { attribution: plain(m.attribution) }),
      },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': ground } },
      { id: 'pictures', source: 'pictures', type: 'raster', paint: { 'raster-brightness-max': 0.32, 'raster-saturation': -0.55, 'raster-contrast': -0.1, 'raster-fade-duration': 0 } },
    ],
  }
}

// MapLibre takes an attribution for HTML.
const plain = (s: string) => s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

/** What is drawn until it is known which map lies under everything. */
export const bareStyle: StyleSpecification = { version: 8, sources: {}, layers: [{ id: 'ground', type: 'background', paint: { 'background-color': ground } }] }

/** The map under everything else: dark, and fainter than anything that lives. */
export function basemapStyle(lang: Lang, under: Basemap): StyleSpecification {
  if (under.pictures) return pictures(under)
  return {
    version: 8,
    name: `city-${lang}`,
    sources: {
      city: { type: 'geojson', data: city(), maxzoom: 14, attribution: lang === 'zh' ? '模拟地图，并非真实街道' : 'Synthetic map, no real streets' },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': ground } },
      { id: 'built', source: 'city', type: 'fill', filter: of('built'), paint: { 'fill-color': '#121a22' } },
      { id: 'green', source: 'city', type: 'fill', filter: of('green'), paint: { 'fill-color': '#10201b' } },
      { id: 'canals', source: 'city', type: 'line', filter: of('canal'), paint: { 'line-color': '#132635', 'line-width': grow(9, 0.8, 14, 5, 17, 20) } },
      { id: 'rivers', source: 'city', type: 'line', filter: of('river'), layout: { 'line-join': 'round' }, paint: { 'line-color': '#152c3f', 'line-width': grow(9, 2, 14, 13, 17, 60) } },
      { id: 'minor', source: 'city', type: 'line', minzoom: 11, filter: of('minor'), paint: { 'line-color': '#1a232c', 'line-width': grow(11, 0.5, 14, 1.6, 17, 7) } },
      { id: 'major', source: 'city', type: 'line', filter: of('major'), layout: { 'line-cap': 'round' }, paint: { 'line-color': '#222e39', 'line-width': grow(9, 0.7, 14, 3.6, 17, 14) } },
      { id: 'places', source: 'city', type: 'circle', minzoom: 12, filter: of('school', 'hospital', 'mall', 'fuel'),
        paint: {
          'circle-radius': grow(12, 1.6, 16, 4),
          'circle-color': ['match', ['get', 'kind'], 'school', '#5f7f9c', 'hospital', '#9a6f76', 'mall', '#8d7fa6', '#97855c'],
          'circle-opacity': 0.75,
        } },
      ...labels(lang),
    ],
  }
}
