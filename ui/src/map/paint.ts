import { glyph, type Pen } from './glyphs'
import { lineHeight, type Label } from './labels'
import type { Picture, Placed, Stroke } from './picture'

const family = "'Inter Variable', 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
export const font = (size: number) => `${size}px ${family}`

type Style = { colour: string; width: number; alpha: number; dash: number[] }

function styleOf(s: Stroke): Style {
  if (s.kind === 'track') return { colour: '#e6edf3', width: 2, alpha: 0.45, dash: [] }
  if (s.kind === 'view') return { colour: '#e6edf3', width: 1, alpha: s.selected ? 0.7 : 0.25, dash: [] }
  if (s.kind === 'spot') return { colour: '#f2b33d', width: 1.8, alpha: 0.95, dash: [] }
  if (s.kind === 'unrecorded') return { colour: '#c08a5a', width: s.selected ? 2.4 : 1.4, alpha: s.selected ? 1 : 0.75, dash: [6, 4] }
  if (s.kind === 'unshown') return { colour: '#c08a5a', width: s.selected ? 2.8 : 1.8, alpha: 0.95, dash: [] }
  if (s.kind === 'obstacle') return { colour: '#a9b6c3', width: 1.4, alpha: 0.6, dash: [] }
  if (s.kind === 'plan') return { colour: '#5aa9ff', width: 2.4, alpha: 0.75, dash: [] }
  if (s.kind === 'target') return { colour: '#e6edf3', width: 1, alpha: 0.5, dash: [1, 3] }
  if (s.kind === 'vector') return { colour: '#c3b6e6', width: 1.4, alpha: 0.7, dash: [] }
  if (s.kind === 'closing') return { colour: '#f2b33d', width: 2, alpha: 0.9, dash: [] }
  const width = s.selected ? 2 : 1.2
  return { colour: s.known ? '#a9b6c3' : '#f2b33d', width, alpha: s.selected ? 0.95 : 0.4, dash: [3 * width, 2.5 * width] }
}

function stroke(pen: Pen, s: Stroke): void {
  const style = styleOf(s)
  pen.globalAlpha = style.alpha
  pen.strokeStyle = style.colour
  pen.lineWidth = style.width
  pen.lineCap = 'butt'
  pen.setLineDash(style.dash)
  pen.lineDashOffset = s.skipped
  pen.beginPath()
  for (const [x, y] of s.points) pen.lineTo(x, y)
  pen.stroke()
}

function pads(pen: Pen, { points, radius }: Picture['pads']): void {
  pen.fillStyle = 'rgb(169 182 195 / 12%)'
  pen.strokeStyle = '#a9b6c3'
  pen.lineWidth = 1.2
  pen.beginPath()
  for (const [x, y] of points) {
    pen.moveTo(x + radius, y)
    pen.arc(x, y, radius, 0, 7)
  }
  pen.fill()
  pen.stroke()
}

function mark(pen: Pen, { mark: m, x, y, scale }: Placed): void {
  pen.save()
  pen.translate(x, y)
  if (m.selected) {
    pen.beginPath()
    const pin = m.kind === 'incident' && m.form === undefined
    pen.arc(0, pin ? -20 : 0, pin ? 21 : 20, 0, 7)
    pen.fillStyle = 'rgb(230 237 243 / 8%)'
    pen.fill()
    pen.strokeStyle = '#e6edf3'
    pen.lineWidth = 1.6
    pen.stroke()
  }
  pen.scale(scale, scale)
  pen.lineCap = 'round'
  glyph(pen, m)
  pen.restore()
}

function text(pen: Pen, { lines, x, top, size, colour }: Label): void {
  pen.font = font(size)
  pen.fillStyle = colour
  lines.forEach((line, i) => {
    const y = top + (i + 0.5) * size * lineHeight
    pen.strokeText(line, x, y)
    pen.fillText(line, x, y)
  })
}

const flies = ({ mark: m }: Placed) => m.kind === 'traffic' || (m.kind === 'vehicle' && m.shape !== 'ground')

/** Draws a picture on a cleared canvas; the pen is scaled to CSS pixels. */
export function paint(pen: Pen, p: Picture): void {
  pen.save()
  pen.lineJoin = 'round'
  for (const s of p.strokes) stroke(pen, s)
  pen.globalAlpha = 1
  pen.setLineDash([])
  pads(pen, p.pads)
  for (const m of p.marks) if (!flies(m)) mark(pen, m)
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.strokeStyle = 'rgb(8 12 16 / 88%)'
  pen.lineWidth = 3.2
  for (const l of p.labels.toReversed()) text(pen, l.label)
  for (const m of p.marks) if (flies(m)) mark(pen, m) // no text covers what is in the air
  pen.restore()
}
