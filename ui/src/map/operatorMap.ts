import {
  AttributionControl, GeoJSONSource, Map as LibreMap, ScaleControl, setWorkerUrl, type PointLike, type StyleSpecification,
} from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import type { Scene } from '../compute/scene'
import type { Lang } from '../i18n'
import type { LatLon } from '../wire/gen'
import { serveIcons } from './icons'
import { layers, liveSources, sources, touchable, type LiveSource } from './layers'
import { basemapStyle } from './style'
import type { View } from './view'

setWorkerUrl(workerUrl)

/** What stands at a place on the screen. */
export type Hit = { kind: 'vehicle' | 'dock' | 'incident'; id: string }

/** What the operator did on the map. */
export type MapActs = {
  click: (place: LatLon, hit: Hit | null) => void
  context: (place: LatLon, point: { x: number; y: number }) => void
  moved: (view: View) => void
}

const kindOf: Readonly<Record<string, Hit['kind']>> = { 'live-vehicles': 'vehicle', 'live-docks': 'dock', 'live-incidents': 'incident' }
const own = /^(live|draw)-/
const leastMs = 95 // ten pictures a second at most
const patienceMs = 1_000 // for a picture to come, before the next is begun anyway
const reach = 6 // pixels around the pointer that count as a hit

/** Gives a basemap's style the layers of the style before it that are not its own. */
function keepOwn(before: StyleSpecification | undefined, next: StyleSpecification): StyleSpecification {
  if (before === undefined) return next
  const kept = Object.entries(before.sources).filter(([id]) => own.test(id))
  return { ...next, sources: { ...next.sources, ...Object.fromEntries(kept) }, layers: [...next.layers, ...before.layers.filter((l) => own.test(l.id))] }
}

/** The one map of the console. It owns the MapLibre map; the rest of the console hands it scenes and hears acts. */
export class OperatorMap {
  /** For the rooms of map/ only. */
  readonly libre: LibreMap
  readonly #container: HTMLElement
  #waiting: { scene: Scene; version: number } | null = null
  #frame = 0
  #drawnAt = 0
  /** The least time between two pictures now, ms. */
  #pauseMs = leastMs
  #ready = false
  #busy = false
  /** The version whose data the sources hold and whose picture is not yet on the screen. */
  #loading: number | null = null
  #late: ReturnType<typeof setTimeout> | undefined
  readonly #held = new Map<LiveSource, string>()
  /** Clicks go to whoever draws on the map while this is set. */
  drawing = false

  constructor(container: HTMLElement, lang: Lang, start: View, acts: MapActs) {
    this.#container = container
    const style = basemapStyle(lang)
    this.libre = new LibreMap({
      container,
      style: { ...style, sources: { ...style.sources, ...sources }, layers: [...style.layers, ...layers] },
      center: [start.lon, start.lat],
      zoom: start.zoom,
      minZoom: 8,
      maxZoom: 20,
      fadeDuration: 0,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      localIdeographFontFamily: "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif",
    })
    this.libre.touchZoomRotate.disableRotation()
    this.libre.keyboard.disableRotation()
    this.libre.addControl(new ScaleControl({ maxWidth: 110 }), 'bottom-right')
    this.libre.addControl(new AttributionControl({ compact: false }), 'top-left')
    serveIcons(this.libre)
    this.libre.once('load', () => {
      this.#ready = true
      this.#soon()
    })
    this.libre.on('render', () => this.#drawn())
    this.#listen(acts)
  }

  // The container says which version of the Board its picture shows.
  #drawn(): void {
    if (this.#loading === null || !liveSources.every((id) => this.libre.isSourceLoaded(id))) return
    this.#container.dataset['version'] = String(this.#loading)
    this.#next()
  }

  // On a computer that draws slowly, every other moment is left to the rest of the page.
  #next(): void {
    clearTimeout(this.#late)
    this.#pauseMs = Math.min(patienceMs, Math.max(leastMs, 2 * (performance.now() - this.#drawnAt)))
    this.#loading = null
    this.#busy = false
    this.#soon()
  }

  #listen(acts: MapActs): void {
    this.libre.on('click', (e) => {
      if (!this.drawing) acts.click({ lat: e.lngLat.lat, lon: e.lngLat.lng }, this.#hit(e.point))
    })
    this.libre.on('contextmenu', (e) => {
      if (!this.drawing) acts.context({ lat: e.lngLat.lat, lon: e.lngLat.lng }, { x: e.point.x, y: e.point.y })
    })
    this.libre.on('moveend', () => acts.moved(this.view()))
    this.libre.on('mousemove', (e) => {
      if (!this.drawing) this.libre.getCanvas().classList.toggle('over', this.#hit(e.point) !== null)
    })
  }

  #hit(p: { x: number; y: number }): Hit | null {
    const box: [PointLike, PointLike] = [[p.x - reach, p.y - reach], [p.x + reach, p.y + reach]]
    const found = this.libre.queryRenderedFeatures(box, { layers: [...touchable] })
    for (const layer of touchable) {
      const feature = found.find((f) => f.layer.id === layer)
      const kind = kindOf[layer]
      const id: unknown = feature?.properties['id']
      if (kind !== undefined && typeof id === 'string') return { kind, id }
    }
    return null
  }

  /** Shows a scene at the next frame, ten times a second at most; a newer one takes the place of one that waits. */
  show(scene: Scene, version: number): void {
    this.#waiting = { scene, version }
    this.#soon()
  }

  #soon(): void {
    if (this.#frame === 0 && this.#ready && !this.#busy && this.#waiting !== null) this.#frame = requestAnimationFrame((now) => this.#draw(now))
  }

  #draw(now: number): void {
    this.#frame = 0
    if (this.#waiting === null) return
    if (now - this.#drawnAt < this.#pauseMs) {
      this.#soon()
      return
    }
    this.#drawnAt = now
    const { scene, version } = this.#waiting
    this.#waiting = null
    this.#busy = true
    const done = Promise.all([
      this.#set('live-lines', scene.lines), this.#set('live-docks', scene.docks), this.#set('live-incidents', scene.incidents),
      this.#set('live-vehicles', scene.vehicles),
    ])
    void done.then(
      (changed) => {
        this.#loading = version
        if (!changed.some(Boolean)) {
          this.#drawn() // the picture on the screen is the one of this version too
          return
        }
        this.#late = setTimeout(() => this.#next(), patienceMs)
        this.libre.triggerRepaint()
      },
      () => this.#next(), // the style was changed meanwhile
    )
  }

  // A source that would hold the same as before is left alone: each change is cut and laid out anew by a worker.
  async #set(id: LiveSource, data: Scene[keyof Scene]): Promise<boolean> {
    const source = this.libre.getSource(id)
    if (!(source instanceof GeoJSONSource)) return false
    const text = JSON.stringify(data)
    if (this.#held.get(id) === text) return false
    this.#held.set(id, text)
    await source.setData(data)
    return true
  }

  /** Changes the language of the basemap under everything else. */
  speak(lang: Lang): void {
    this.libre.setStyle(basemapStyle(lang), { transformStyle: keepOwn })
  }

  setCursor(cross: boolean): void {
    this.libre.getCanvas().classList.toggle('cross', cross)
  }

  view(): View {
    const c = this.libre.getCenter()
    return { zoom: this.libre.getZoom(), lat: c.lat, lon: c.lng }
  }

  flyTo(place: LatLon, zoom?: number): void {
    this.libre.easeTo({ center: [place.lon, place.lat], zoom: Math.max(this.libre.getZoom(), zoom ?? 0), duration: 500 })
  }

  /** Shows all of these places. */
  fit(places: LatLon[], padding = 70): void {
    const [first] = places
    if (first === undefined) return
    let [west, south, east, north] = [first.lon, first.lat, first.lon, first.lat]
    for (const p of places) {
      west = Math.min(west, p.lon)
      east = Math.max(east, p.lon)
      south = Math.min(south, p.lat)
      north = Math.max(north, p.lat)
    }
    this.libre.fitBounds([west, south, east, north], { padding, maxZoom: 15, duration: 500 })
  }

  /** Where a place stands on the container, pixels. */
  pixel(place: LatLon): { x: number; y: number } {
    const p = this.libre.project([place.lon, place.lat])
    return { x: p.x, y: p.y }
  }

  zoomBy(steps: number): void {
    this.libre.easeTo({ zoom: this.libre.getZoom() + steps, duration: 200 })
  }

  remove(): void {
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#late)
    this.#ready = false
    this.libre.remove()
  }
}
