import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl'

/** The sources and layers of everything that lives, over whatever basemap there is. */
export const liveSources = ['live-lines', 'live-docks', 'live-incidents', 'live-vehicles'] as const
export type LiveSource = (typeof liveSources)[number]

// Few, large tiles: a change is cut again for each tile in view. At zoom 12 a tile still places to a metre.
const empty: SourceSpecification = { type: 'geojson', data: { type: 'FeatureCollection', features: [] }, maxzoom: 12, tolerance: 0 }
export const sources: Readonly<Record<LiveSource, SourceSpecification>> = {
  'live-lines': empty, 'live-docks': empty, 'live-incidents': empty, 'live-vehicles': empty,
}

const font = ['Inter Variable', 'Noto Sans CJK SC', 'sans-serif']
const halo = { 'text-halo-color': 'rgba(8,12,16,0.92)', 'text-halo-width': 1.6, 'text-halo-blur': 0.4 } as const
const toneColour: ExpressionSpecification = [
  'match', ['get', 'tone'], 'auto', '#b9dcff', 'care', '#ffd98a', 'act', '#ffb1b1', 'still', '#a9b6c3', '#dbe5ee',
]
const of = (kind: string): ExpressionSpecification => ['==', ['get', 'kind'], kind]
const selected: ExpressionSpecification = ['==', ['get', 'selected'], true]

function ring(id: string, source: LiveSource, radius: number, up = 0): LayerSpecification {
  return {
    id, source, type: 'circle', filter: selected,
    paint: { 'circle-radius': radius, 'circle-translate': [0, -up], 'circle-color': 'rgba(230,237,243,0.08)', 'circle-stroke-color': '#e6edf3', 'circle-stroke-width': 1.6 },
  }
}

export const layers: LayerSpecification[] = [
  { id: 'live-track', source: 'live-lines', type: 'line', filter: of('track'), layout: { 'line-join': 'round' },
    paint: { 'line-color': '#e6edf3', 'line-width': 2, 'line-opacity': 0.45 } },
  { id: 'live-plan', source: 'live-lines', type: 'line', filter: of('plan'), layout: { 'line-join': 'round' },
    paint: { 'line-color': '#5aa9ff', 'line-width': 2.4, 'line-opacity': 0.75 } },
  { id: 'live-target', source: 'live-lines', type: 'line', filter: of('target'),
    paint: { 'line-color': '#e6edf3', 'line-width': 1, 'line-opacity': 0.5, 'line-dasharray': [1, 3] } },
  { id: 'live-outlook', source: 'live-lines', type: 'line', filter: of('outlook'),
    paint: {
      'line-color': ['case', ['==', ['get', 'known'], true], '#a9b6c3', '#f2b33d'],
      'line-width': ['case', selected, 2, 1.2], 'line-opacity': ['case', selected, 0.95, 0.4], 'line-dasharray': [3, 2.5],
    } },
  { id: 'live-pads', source: 'live-docks', type: 'circle', minzoom: 12, filter: of('pad'),
    paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 12, 2.5, 17, 9], 'circle-color': 'rgba(169,182,195,0.12)', 'circle-stroke-color': '#a9b6c3', 'circle-stroke-width': 1.2 } },
  ring('live-docks-ring', 'live-docks', 19),
  { id: 'live-docks', source: 'live-docks', type: 'symbol', filter: of('dock'),
    layout: {
      'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'icon-ignore-placement': true,
      'icon-size': ['interpolate', ['linear'], ['zoom'], 9, 0.6, 12, 0.9, 15, 1.1],
      'text-field': ['get', 'label'], 'text-font': font, 'text-size': 11, 'text-offset': [0, 1.3], 'text-anchor': 'top', 'text-optional': true, 'text-max-width': 40,
    },
    paint: { 'text-color': toneColour, ...halo } },
  ring('live-incidents-ring', 'live-incidents', 21, 20),
  { id: 'live-incidents', source: 'live-incidents', type: 'symbol',
    layout: {
      'icon-image': ['get', 'icon'], 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-anchor': 'bottom',
      'text-field': ['get', 'label'], 'text-font': font, 'text-size': 12, 'text-offset': [0, 0.3], 'text-anchor': 'top', 'text-max-width': 12,
      'text-optional': true,
    },
    paint: { 'text-color': '#ffffff', ...halo } },
  ring('live-vehicles-ring', 'live-vehicles', 20),
  { id: 'live-vehicles', source: 'live-vehicles', type: 'symbol',
    layout: {
      'icon-image': ['get', 'icon'], 'icon-rotate': ['get', 'heading'], 'icon-rotation-alignment': 'map', 'icon-allow-overlap': true,
      'icon-ignore-placement': true, 'symbol-sort-key': ['get', 'order'],
      'icon-size': ['interpolate', ['linear'], ['zoom'], 9, 0.7, 12, 0.95, 15, 1.15],
      'text-field': ['get', 'label'], 'text-font': font, 'text-size': ['case', ['==', ['get', 'airborne'], true], 12, 11],
      'text-offset': [0, 1.35], 'text-anchor': 'top', 'text-optional': true, 'text-max-width': 40,
    },
    paint: { 'text-color': toneColour, 'icon-opacity': ['case', ['==', ['get', 'dim'], true], 0.5, 1], ...halo } },
]

export const touchable = ['live-vehicles', 'live-incidents', 'live-docks'] as const
