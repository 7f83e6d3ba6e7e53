import type { Map as LibreMap } from 'maplibre-gl'
import type { Scene } from '../compute/marks'
import { hitAt, type Hit } from './hit'
import type { Measure } from './labels'
import { font, paint } from './paint'
import { look, picture, type Picture } from './picture'

const leastMs = 55 // between pictures while the map stands still; the station says something new ten times a second
const mostWidths = 2_000

/**
 * Everything that lives, on a canvas over the map. MapLibre draws its own canvas only when the operator moves the map or
 * the basemap changes, and this one is drawn with it; a new scene is drawn here alone, and only if it looks different.
 */
export class Overlay {
  readonly #map: LibreMap
  readonly #canvas = document.createElement('canvas')
  readonly #pen = this.#canvas.getContext('2d')
  readonly #drawn: (version: number) => void
  readonly #widths = new Map<string, number>()
  #scene: Scene | null = null
  #version = 0
  #waiting = false
  #frame = 0
  #drawnAt = 0
  #look = ''
  #width = 0
  #height = 0
  #ratio = 0
  #picture: Picture = { strokes: [], pads: { points: [], radius: 0 }, marks: [], labels: [] }

  /** drawn hears which version of the Board stands on the screen. */
  constructor(map: LibreMap, drawn: (version: number) => void) {
    this.#map = map
    this.#drawn = drawn
    this.#canvas.className = 'overlay'
    this.#canvas.setAttribute('aria-hidden', 'true')
    this.#canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;pointer-events:none'
    map.getCanvasContainer().append(this.#canvas)
    map.on('render', () => this.#draw())
    map.on('resize', () => this.#fit())
    this.#fit()
    void document.fonts.ready.then(() => {
      this.#widths.clear()
      this.#soon()
    })
  }

  /** Shows a scene at the next frame, but not sooner than a moment after the last; a newer one takes the place of one that waits. */
  show(scene: Scene, version: number): void {
    this.#scene = scene
    this.#version = version
    this.#waiting = true
    this.#soon()
  }

  /** What stands at a point, pixels from the upper left corner. */
  hit(at: { x: number; y: number }): Hit | null {
    return hitAt(this.#picture, at.x, at.y)
  }

  remove(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = -1
    this.#canvas.remove()
  }

  #soon(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame((now) => {
      this.#frame = 0
      if (now - this.#drawnAt < leastMs) this.#soon()
      else this.#draw()
    })
  }

  readonly #measure: Measure = (text, size) => {
    const key = `${size} ${text}`
    const known = this.#widths.get(key)
    if (known !== undefined || this.#pen === null) return known ?? 0
    if (this.#widths.size > mostWidths) this.#widths.clear()
    this.#pen.font = font(size)
    const { width } = this.#pen.measureText(text)
    this.#widths.set(key, width)
    return width
  }

  #draw(): void {
    if (this.#scene === null || this.#pen === null) return
    if (this.#ratio !== window.devicePixelRatio) this.#fit()
    const next = picture(this.#scene, {
      width: this.#width, height: this.#height, zoom: this.#map.getZoom(), project: ([lon, lat]) => this.#map.project([lon, lat]), measure: this.#measure,
    })
    const seen = look(next)
    if (seen !== this.#look) {
      this.#look = seen
      this.#picture = next
      this.#drawnAt = performance.now()
      this.#pen.clearRect(0, 0, this.#width, this.#height)
      paint(this.#pen, next)
    }
    if (!this.#waiting) return
    this.#waiting = false
    this.#drawn(this.#version)
  }

  // The canvas follows the size of the map and the fineness of the screen; a canvas of a new size is empty.
  #fit(): void {
    const { clientWidth, clientHeight } = this.#map.getContainer()
    this.#width = clientWidth
    this.#height = clientHeight
    this.#ratio = window.devicePixelRatio
    this.#canvas.width = Math.round(clientWidth * this.#ratio)
    this.#canvas.height = Math.round(clientHeight * this.#ratio)
    this.#pen?.scale(this.#ratio, this.#ratio)
    this.#look = ''
    this.#soon()
  }
}
