import type { Map as LibreMap } from 'maplibre-gl'

const ratio = 2
const dark = '#0b0f14'
const colours: Readonly<Record<string, string>> = { still: '#8b98a6', auto: '#5aa9ff', fine: '#46c88a', care: '#f2b33d', act: '#ff6b6b' }

type Pen = CanvasRenderingContext2D

/** Draws size × size CSS pixels, twice as fine. */
function draw(size: number, paint: (pen: Pen) => void): ImageData | null {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size * ratio
  const pen = canvas.getContext('2d')
  if (pen === null) return null
  pen.scale(ratio, ratio)
  pen.translate(size / 2, size / 2)
  pen.lineJoin = pen.lineCap = 'round'
  paint(pen)
  return pen.getImageData(0, 0, canvas.width, canvas.height)
}

function arrow(pen: Pen, r: number): void {
  pen.beginPath()
  pen.moveTo(0, -r)
  pen.lineTo(r * 0.78, r * 0.86)
  pen.lineTo(0, r * 0.46)
  pen.lineTo(-r * 0.78, r * 0.86)
  pen.closePath()
}

function hatch(pen: Pen, r: number, colour: string): void {
  pen.save()
  pen.clip()
  pen.strokeStyle = colour
  pen.lineWidth = 1.2
  pen.beginPath()
  for (let x = -2 * r; x <= 2 * r; x += 4) {
    pen.moveTo(x - r, r)
    pen.lineTo(x + r, -r)
  }
  pen.stroke()
  pen.restore()
}

function vehicle(shape: string, colour: string): ImageData | null {
  return draw(34, (pen) => {
    if (shape === 'air') {
      arrow(pen, 13)
      pen.lineWidth = 4
      pen.strokeStyle = dark
      pen.stroke()
      pen.fillStyle = colour
      pen.fill()
    } else if (shape === 'lost') {
      arrow(pen, 12)
      pen.fillStyle = 'rgb(11 15 20 / 70%)'
      pen.fill()
      hatch(pen, 12, colour)
      arrow(pen, 12)
      pen.setLineDash([3, 2.5])
      pen.lineWidth = 1.8
      pen.strokeStyle = colour
      pen.stroke()
    } else {
      pen.beginPath()
      pen.arc(0, 0, 6.5, 0, 7)
      pen.fillStyle = dark
      pen.fill()
      pen.lineWidth = 2
      pen.strokeStyle = colour
      pen.stroke()
      arrow(pen, 3.6)
      pen.fillStyle = colour
      pen.fill()
    }
  })
}

function dock(home: string, lid: string, colour: string): ImageData | null {
  return draw(30, (pen) => {
    const r = 8.5
    pen.beginPath()
    pen.roundRect(-r, -r, 2 * r, 2 * r, 3)
    pen.fillStyle = dark
    pen.fill()
    if (lid === 'lost') hatch(pen, r, colour)
    pen.beginPath()
    pen.roundRect(-r, -r, 2 * r, 2 * r, 3)
    if (lid === 'lost' || lid === 'unknown') pen.setLineDash([3, 2.5])
    if (lid === 'open') pen.setLineDash([2 * r - 2, 6])
    pen.lineWidth = 2
    pen.strokeStyle = colour
    pen.stroke()
    pen.setLineDash([])
    if (lid === 'open' || lid === 'moving') {
      pen.beginPath() // the lid's two halves, drawn aside
      const x = r + (lid === 'open' ? 4 : 2.5)
      pen.moveTo(-x, -5)
      pen.lineTo(-x, 5)
      pen.moveTo(x, -5)
      pen.lineTo(x, 5)
      pen.stroke()
    }
    if (home === 'in') {
      arrow(pen, 5)
      pen.fillStyle = colour
      pen.fill()
    }
  })
}

function incident(colour: string): ImageData | null {
  return draw(38, (pen) => {
    pen.beginPath()
    pen.moveTo(0, 17)
    pen.bezierCurveTo(-3, 10, -10, 6, -10, -3)
    pen.arc(0, -3, 10, Math.PI, 0)
    pen.bezierCurveTo(10, 6, 3, 10, 0, 17)
    pen.closePath()
    pen.lineWidth = 3
    pen.strokeStyle = dark
    pen.stroke()
    pen.fillStyle = colour
    pen.fill()
    pen.fillStyle = dark
    pen.beginPath()
    pen.roundRect(-1.5, -9.5, 3, 8.5, 1.5)
    pen.roundRect(-1.5, 0.8, 3, 3, 1.5)
    pen.fill()
  })
}

/** Draws an icon by its name: v-shape-tone, d-in|out-lid-tone, i-tone; null for another name. */
function icon(name: string): ImageData | null {
  const [kind, a = '', b = '', c = ''] = name.split('-')
  const colour = (tone: string) => colours[tone] ?? '#8b98a6'
  if (kind === 'v') return vehicle(a, colour(b))
  if (kind === 'd') return dock(a, b, colour(c))
  return kind === 'i' ? incident(colour(a)) : null
}

/** Draws each icon when the map first asks for it. */
export function serveIcons(map: LibreMap): void {
  map.setMissingStyleImageResolver((id) => {
    const data = icon(id)
    if (data !== null && !map.hasImage(id)) map.addImage(id, data, { pixelRatio: ratio })
  })
}
