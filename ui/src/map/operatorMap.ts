import { AttributionControl, Map as LibreMap, ScaleControl, setWorkerUrl } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import type { Scene } from '../compute/marks'
import type { Lang } from '../i18n'
import type { Basemap, LatLon } from '../wire/gen'
import type { Hit } from './hit'
import { Overlay } from './overlay'
import { bareStyle, basemapStyle } from './style'
import type { View } from './view'

setWorkerUrl(workerUrl)

/** What the operator did on the map. */
export type MapActs = {
  click: (place: LatLon, hit: Hit | null) => void
  context: (place: LatLon, point: { x: number; y: number }) => void
  moved: (view: View) => void
}

/** The one map of the console. It owns the MapLibre map; the rest of the console hands it scenes and hears acts. */
export class OperatorMap {
  readonly #libre: LibreMap
  readonly #overlay: Overlay

  constructor(container: HTMLElement, start: View, acts: MapActs) {
    this.#libre = new LibreMap({
      container,
      style: bareStyle,
      center: [start.lon, start.lat],
      zoom: start.zoom,
      minZoom: 8,
      maxZoom: 20,
      fadeDuration: 0,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      localIdeographFontFamily: "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif",
    })
    this.#libre.touchZoomRotate.disableRotation()
    this.#libre.keyboard.disableRotation()
    this.#libre.addControl(new ScaleControl({ maxWidth: 110 }), 'bottom-right')
    this.#libre.addControl(new AttributionControl({ compact: false }), 'bottom-right')
    // The container says which version of the Board its picture shows.
    this.#overlay = new Overlay(this.#libre, (version) => (container.dataset['version'] = String(version)))
    this.#listen(acts)
  }

  #listen(acts: MapActs): void {
    this.#libre.on('click', (e) => acts.click({ lat: e.lngLat.lat, lon: e.lngLat.lng }, this.#overlay.hit(e.point)))
    this.#libre.on('contextmenu', (e) => acts.context({ lat: e.lngLat.lat, lon: e.lngLat.lng }, { x: e.point.x, y: e.point.y }))
    this.#libre.on('moveend', () => acts.moved(this.view()))
    this.#libre.on('mousemove', (e) => this.#libre.getCanvas().classList.toggle('over', this.#overlay.hit(e.point) !== null))
  }

  /** Shows a scene soon; a newer one takes the place of one that waits. */
  show(scene: Scene, version: number): void {
    this.#overlay.show(scene, version)
  }

  /** Lays a basemap under everything else, in a language. */
  lay(under: Basemap, lang: Lang): void {
    this.#libre.setStyle(basemapStyle(lang, under))
  }

  setCursor(cross: boolean): void {
    this.#libre.getCanvas().classList.toggle('cross', cross)
  }

  view(): View {
    const c = this.#libre.getCenter()
    return { zoom: this.#libre.getZoom(), lat: c.lat, lon: c.lng }
  }

  /** The middle of what is seen and how far its corner is from there, metres. */
  reach(): { lat: number; lon: number; withinM: number } {
    const middle = this.#libre.getCenter()
    return { lat: middle.lat, lon: middle.lng, withinM: Math.min(100_000, middle.distanceTo(this.#libre.getBounds().getNorthEast())) }
  }

  flyTo(place: LatLon, zoom?: number): void {
    this.#libre.easeTo({ center: [place.lon, place.lat], zoom: Math.max(this.#libre.getZoom(), zoom ?? 0), duration: 500 })
  }

  /** Shows all of these places; left is how wide what covers the map at its left is, pixels. */
  fit(places: LatLon[], padding = 70, left = 0): void {
    const [first] = places
    if (first === undefined) return
    let [west, south, east, north] = [first.lon, first.lat, first.lon, first.lat]
    for (const p of places) {
      west = Math.min(west, p.lon)
      east = Math.max(east, p.lon)
      south = Math.min(south, p.lat)
      north = Math.max(north, p.lat)
    }
    this.#libre.fitBounds([west, south, east, north], { padding: { top: padding, bottom: padding, right: padding, left: padding + left }, maxZoom: 15, duration: 500 })
  }

  zoomBy(steps: number): void {
    this.#libre.easeTo({ zoom: this.#libre.getZoom() + steps, duration: 200 })
  }

  remove(): void {
    this.#overlay.remove()
    this.#libre.remove()
  }
}
