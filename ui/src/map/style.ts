import type { StyleSpecification } from 'maplibre-gl'
import type { Lang } from '../i18n'

/** The map under everything else. */
export function basemapStyle(lang: Lang): StyleSpecification {
  return { version: 8, name: `ground-${lang}`, sources: {}, layers: [{ id: 'ground', type: 'background', paint: { 'background-color': '#0d131a' } }] }
}
