import { AttributionControl, Map as LibreMap, ScaleControl, setWorkerUrl } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import type { Lang } from '../i18n'
import type { LatLon } from '../wire/gen'
import { basemapStyle } from './style'
import { formatView, parseView, type View } from './view'

setWorkerUrl(workerUrl)

/** What the operator did on the map. */
export type MapActs = {
  click: (place: LatLon, hit: { kind: string; id: string } | null) => void
  context: (place: LatLon, point: { x: number; y: number }) => void
}

/** The one map of the console. It owns the MapLibre map; the rest of the console hands it data and hears acts. */
export class OperatorMap {
  /** For the rooms of map/ only. */
  readonly libre: LibreMap

  constructor(container: HTMLElement, lang: Lang, start: View) {
    this.libre = new LibreMap({
      container,
      style: basemapStyle(lang),
      center: [start.lon, start.lat],
      zoom: start.zoom,
      minZoom: 8,
      maxZoom: 20,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      localIdeographFontFamily: "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif",
    })
    this.libre.touchZoomRotate.disableRotation()
    this.libre.keyboard.disableRotation()
    this.libre.addControl(new ScaleControl({ maxWidth: 110 }), 'bottom-right')
    this.libre.addControl(new AttributionControl({ compact: false }), 'bottom-right')
  }

  view(): View {
    const c = this.libre.getCenter()
    return { zoom: this.libre.getZoom(), lat: c.lat, lon: c.lng }
  }

  remove(): void {
    this.libre.remove()
  }
}

export { formatView, parseView }
