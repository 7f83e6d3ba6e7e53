import type { Tone } from '../compute/tone'
import type { Line, Mark, Place, Scene } from '../compute/marks'
import { clip, type Box, type Point } from './clip'
import { apart, label, lineHeight, wrap, type Label, type Measure } from './labels'

/** How the map sees now: what it shows, where a place stands on it and how wide texts are, all in CSS pixels. */
export type Lens = { width: number; height: number; zoom: number; project: (p: Place) => { x: number; y: number }; measure: Measure }

/** A mark at its place on the screen; the place of a pin is its tip. */
export type Placed = { mark: Mark; x: number; y: number; scale: number }
export type Stroke = { kind: Line['kind']; selected: boolean; known: boolean; points: Point[]; skipped: number }

/** What is drawn over the map, the lowest first. */
export type Picture = {
  strokes: Stroke[]
  pads: { points: Point[]; radius: number }
  marks: Placed[]
  labels: { mark: Mark | null; label: Label }[] // null: of a zone, which cannot be touched
}

const margin = 60 // pixels outside the screen from which something may still reach in
const colours: Readonly<Record<Tone, string>> = { auto: '#b9dcff', care: '#ffd98a', act: '#ffb1b1', still: '#a9b6c3', fine: '#dbe5ee' }
const others = '#c3b6e6' // of aircraft that are not ours
const zones = '#e3b98f' // of what is not to be recorded
const zoneLeast = 36 // pixels

/** A value between stops [at, value, at, value, …] that stand in order. */
export function between(at: number, ...stops: number[]): number {
  for (let i = 0; i + 3 < stops.length; i += 2) {
    const [from = 0, low = 0, to = 0, high = 0] = stops.slice(i, i + 4)
    if (at <= from) return low
    if (at < to) return low + ((high - low) * (at - from)) / (to - from)
  }
  return stops.at(-1) ?? 0
}

// To a quarter of a pixel: less is not seen, and would have the same picture drawn again.
const quarter = (v: number) => Math.round(v * 4) / 4

function placer(lens: Lens): (p: Place) => Point {
  return (p) => {
    const { x, y } = lens.project(p)
    return [quarter(x), quarter(y)]
  }
}

function stroke(l: Line, place: (p: Place) => Point, screen: Box): Stroke[] {
  const { kind, selected, known } = l
  const points = l.places.map(place)
  if (points.length === 2 && kind !== 'track' && kind !== 'plan') {
    const [a, b] = points
    const seen = a && b ? clip(a, b, screen) : null
    return seen ? [{ kind, selected, known, points: [seen.from, seen.to], skipped: seen.skipped }] : []
  }
  const apartEnough = points.filter((p, i) => i === 0 || i === points.length - 1 || p[0] !== points[i - 1]?.[0] || p[1] !== points[i - 1]?.[1])
  return [{ kind, selected, known, points: apartEnough, skipped: 0 }]
}

function scaleOf(m: Mark, zoom: number): number {
  if (m.kind === 'incident') return 1
  if (m.kind === 'traffic') return between(zoom, 9, 0.75, 12, 0.95, 15, 1.1)
  return m.kind === 'dock' ? between(zoom, 9, 0.6, 12, 0.9, 15, 1.1) : between(zoom, 9, 0.7, 12, 0.95, 15, 1.15)
}

// Under a mark, or above it.
function labelsOf({ mark, x, y }: Placed, measure: Measure): Label[] {
  const places = (lines: string[], under: number, above: number, size: number, colour: string) =>
    [y + under, y - above - lines.length * size * lineHeight].map((top) => label(lines, x, top, size, colour, measure))
  const aside = mark.selected ? 8 : 0 // outside of the ring
  if (mark.kind === 'incident' && mark.form === 'step') return [] // its number stands in it
  if (mark.kind === 'incident' && mark.form === 'place') return places([mark.label], 14 + aside, 14 + aside, 11, colours[mark.tone])
  if (mark.kind === 'incident') return places(wrap(mark.label, 12, 144, measure), 4, 33 + aside, 12, '#ffffff')
  const far = (mark.kind === 'vehicle' ? 16 : 14) + aside
  if (mark.kind === 'dock') return places([mark.label], far, far, 11, colours[mark.tone])
  if (mark.kind === 'traffic') return places([mark.label], far, far, 11, mark.tone === 'care' ? colours.care : others)
  return places([mark.label], far, far, mark.shape === 'ground' ? 11 : 12, colours[mark.tone])
}

/** What a mark covers. */
function boxOf({ mark: m, x, y, scale }: Placed): Box {
  if (m.kind === 'incident') {
    const half = m.form === 'dot' ? 5 : 10
    return m.form ? { left: x - half, right: x + half, top: y - half, bottom: y + half } : { left: x - 11, right: x + 11, top: y - 31, bottom: y }
  }
  const r = m.selected ? 20 : (m.kind === 'dock' ? 10 : m.kind === 'traffic' ? 9 : m.shape === 'ground' ? 7 : 11) * scale
  return { left: x - r, right: x + r, top: y - r, bottom: y + r }
}

/** The name of a zone or an obstacle stands in its middle, where that is wide enough to be seen. */
function nameOf(l: Line, place: (p: Place) => Point, measure: Measure): Label[] {
  const points = l.name ? l.places.map(place) : []
  const [left, right] = [Math.min(...points.map((p) => p[0])), Math.max(...points.map((p) => p[0]))]
  const [top, bottom] = [Math.min(...points.map((p) => p[1])), Math.max(...points.map((p) => p[1]))]
  if (!(right - left >= zoneLeast)) return []
  const lines = wrap(l.name ?? '', 11, Math.max(90, right - left), measure)
  return [label(lines, (left + right) / 2, (top + bottom) / 2 - (lines.length * 11 * lineHeight) / 2, 11, l.kind === 'obstacle' ? colours.still : zones, measure)]
}

/** Which label stays when two would cover each other: what is selected, what flies, incidents, aircraft of others, then docks. */
function weight(m: Mark): number {
  if (m.selected) return 0
  if (m.kind === 'vehicle') return m.shape === 'ground' ? 3 : 1
  if (m.kind === 'traffic') return m.tone === 'care' ? 1 : 4
  return m.kind === 'incident' ? 2 : 5
}

/** Lays a scene out on the screen. */
export function picture(s: Scene, lens: Lens): Picture {
  const screen: Box = { left: -margin, top: -margin, right: lens.width + margin, bottom: lens.height + margin }
  const seen = ([x, y]: Point) => x > screen.left && x < screen.right && y > screen.top && y < screen.bottom
  const place = placer(lens)
  const grounded = s.vehicles.filter((v) => v.shape === 'ground')
  const flying = s.vehicles.filter((v) => v.shape !== 'ground')
  const marks = [...s.docks, ...s.pins, ...grounded, ...s.traffic, ...flying].flatMap((mark): Placed[] => {
    const at = place(mark.at)
    return seen(at) ? [{ mark, x: at[0], y: at[1], scale: scaleOf(mark, lens.zoom) }] : []
  })
  const named = marks.filter((p) => p.mark.label !== '').sort((a, b) => weight(a.mark) - weight(b.mark))
  const boxes = marks.map((of) => ({ of, box: boxOf(of) }))
  const wanted = named.map((of) => ({ of, places: labelsOf(of, lens.measure), needed: weight(of.mark) <= 2 }))
  const zoneNames = s.lines.map((l) => ({ of: null, places: nameOf(l, place, lens.measure), needed: l.selected }))
  return {
    strokes: s.lines.flatMap((l) => stroke(l, place, screen)),
    pads: { points: lens.zoom < 12 ? [] : s.pads.map(place).filter(seen), radius: between(lens.zoom, 12, 2.5, 17, 9) },
    marks,
    labels: apart<Placed | null>([...wanted, ...zoneNames], (of) => boxes.filter((b) => b.of !== of).map((b) => b.box)).map(({ of, label }) => ({ mark: of?.mark ?? null, label })),
  }
}

/** Two pictures of the same look are the same on the screen. */
export const look = (p: Picture) => JSON.stringify(p, (key, value: unknown) => (key === 'at' ? undefined : value))
