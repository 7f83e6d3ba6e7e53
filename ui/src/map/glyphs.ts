import type { Tone } from '../compute/tone'
import type { DockMark, Mark, TrafficMark, VehicleMark } from '../compute/marks'

export type Pen = CanvasRenderingContext2D

const dark = '#0b0f14'
const others = '#c3b6e6'
const colours: Readonly<Record<Tone, string>> = { still: '#8b98a6', auto: '#5aa9ff', fine: '#46c88a', care: '#f2b33d', act: '#ff6b6b' }

function arrow(pen: Pen, r: number): void {
  pen.beginPath()
  pen.moveTo(0, -r)
  pen.lineTo(r * 0.78, r * 0.86)
  pen.lineTo(0, r * 0.46)
  pen.lineTo(-r * 0.78, r * 0.86)
  pen.closePath()
}

function hatch(pen: Pen, r: number): void {
  pen.save()
  pen.clip()
  pen.lineWidth = 1.2
  pen.beginPath()
  for (let x = -2 * r; x <= 2 * r; x += 4) {
    pen.moveTo(x - r, r)
    pen.lineTo(x + r, -r)
  }
  pen.stroke()
  pen.restore()
}

function vehicle(pen: Pen, { shape }: VehicleMark): void {
  if (shape === 'air') {
    arrow(pen, 13)
    pen.lineWidth = 4
    pen.strokeStyle = dark
    pen.stroke()
    pen.fill()
  } else if (shape === 'lost') {
    const colour = pen.fillStyle
    arrow(pen, 12)
    pen.fillStyle = 'rgb(11 15 20 / 70%)'
    pen.fill()
    pen.strokeStyle = colour
    hatch(pen, 12)
    arrow(pen, 12)
    pen.setLineDash([3, 2.5])
    pen.lineWidth = 1.8
    pen.stroke()
  } else {
    const colour = pen.fillStyle
    pen.beginPath()
    pen.arc(0, 0, 6.5, 0, 7)
    pen.fillStyle = dark
    pen.fill()
    pen.lineWidth = 2
    pen.stroke()
    arrow(pen, 3.6)
    pen.fillStyle = colour
    pen.fill()
  }
}

function dock(pen: Pen, { lid, home }: DockMark): void {
  const r = 8.5
  const colour = pen.fillStyle
  pen.beginPath()
  pen.roundRect(-r, -r, 2 * r, 2 * r, 3)
  pen.fillStyle = dark
  pen.fill()
  if (lid === 'lost') hatch(pen, r)
  pen.beginPath()
  pen.roundRect(-r, -r, 2 * r, 2 * r, 3)
  if (lid === 'lost' || lid === 'unknown') pen.setLineDash([3, 2.5])
  if (lid === 'open') pen.setLineDash([2 * r - 2, 6])
  pen.lineWidth = 2
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
  if (!home) return
  arrow(pen, 5)
  pen.fillStyle = colour
  pen.fill()
}

// A diamond, as collision avoidance displays show traffic: hollow, and filled when it is near. A drone has its four rotors.
function other(pen: Pen, { shape, tone }: TrafficMark): void {
  const r = 8.5
  const near = tone === 'care'
  const colour = near ? colours.care : others
  pen.beginPath()
  pen.moveTo(0, -r)
  pen.lineTo(r, 0)
  pen.lineTo(0, r)
  pen.lineTo(-r, 0)
  pen.closePath()
  pen.lineWidth = 4.5
  pen.strokeStyle = dark
  pen.stroke()
  pen.fillStyle = near ? colour : dark
  pen.fill()
  pen.lineWidth = 1.8
  pen.strokeStyle = colour
  pen.stroke()
  if (shape !== 'drone') return
  pen.strokeStyle = near ? dark : colour
  pen.lineWidth = 1.6
  pen.beginPath()
  pen.moveTo(-2.6, -2.6)
  pen.lineTo(2.6, 2.6)
  pen.moveTo(2.6, -2.6)
  pen.lineTo(-2.6, 2.6)
  pen.stroke()
}

function dot(pen: Pen): void {
  pen.beginPath()
  pen.arc(0, 0, 4.5, 0, 7)
  pen.lineWidth = 3
  pen.strokeStyle = dark
  pen.stroke()
  pen.fillStyle = '#e6edf3'
  pen.fill()
}

// A place of a plan, with its number.
function step(pen: Pen, number: string): void {
  pen.beginPath()
  pen.arc(0, 0, 9.5, 0, 7)
  pen.lineWidth = 3
  pen.strokeStyle = dark
  pen.stroke()
  pen.fill()
  pen.fillStyle = dark
  pen.font = `600 ${number.length > 2 ? 9 : 11}px sans-serif`
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText(number, 0, 0.5)
}

// A place that was chosen: a ring and a cross that leave its middle free.
function place(pen: Pen): void {
  const arms = () => {
    pen.beginPath()
    pen.arc(0, 0, 6, 0, 7)
    for (const [x, y] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
      pen.moveTo(4 * x, 4 * y)
      pen.lineTo(11 * x, 11 * y)
    }
    pen.stroke()
  }
  const colour = pen.strokeStyle
  pen.lineWidth = 4.5
  pen.strokeStyle = dark
  arms()
  pen.lineWidth = 2
  pen.strokeStyle = colour
  arms()
}

// Its tip is at the origin.
function pin(pen: Pen): void {
  pen.translate(0, -17)
  pen.beginPath()
  pen.moveTo(0, 17)
  pen.bezierCurveTo(-3, 10, -10, 6, -10, -3)
  pen.arc(0, -3, 10, Math.PI, 0)
  pen.bezierCurveTo(10, 6, 3, 10, 0, 17)
  pen.closePath()
  pen.lineWidth = 3
  pen.strokeStyle = dark
  pen.stroke()
  pen.fill()
  pen.fillStyle = dark
  pen.beginPath()
  pen.roundRect(-1.5, -9.5, 3, 8.5, 1.5)
  pen.roundRect(-1.5, 0.8, 3, 3, 1.5)
  pen.fill()
}

/** Draws a mark around the pen's origin, in the colour of its tone. */
export function glyph(pen: Pen, m: Mark): void {
  pen.fillStyle = pen.strokeStyle = colours[m.tone]
  if (m.kind === 'incident') {
    if (m.form === 'dot') dot(pen)
    else if (m.form === 'step') step(pen, m.label)
    else if (m.form === 'place') place(pen)
    else pin(pen)
  } else if (m.kind === 'dock') {
    dock(pen, m)
  } else if (m.kind === 'traffic') {
    if (m.dim) pen.globalAlpha = 0.45
    other(pen, m)
  } else {
    pen.rotate((m.heading * Math.PI) / 180)
    if (m.dim) pen.globalAlpha = 0.5
    vehicle(pen, m)
  }
}
