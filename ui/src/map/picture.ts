import type { Tone } from '../compute/tone'
import type { Line, Mark, Place, Scene } from '../compute/marks'
import { clip, type Box, type Point } from './clip'
import { apart, label, wrap, type Label, type Measure } from './labels'

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
  labels: { mark: Mark; label: Label }[]
}

const margin = 60 // pixels outside the screen from which something may still reach in
const colours: Readonly<Record<Tone, string>> = { auto: '#b9dcff', care: '#ffd98a', act: '#ffb1b1', still: '#a9b6c3', fine: '#dbe5ee' }
const others = '#c3b6e6' // of aircraft that are not ours

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

function labelOf({ mark, x, y }: Placed, measure: Measure): Label {
  if (mark.kind === 'incident') return label(wrap(mark.label, 12, 144, measure), x, y + 4, 12, '#ffffff', measure)
  const aside = mark.selected ? 8 : 0 // below the ring
  if (mark.kind === 'dock') return label([mark.label], x, y + 14 + aside, 11, colours[mark.tone], measure)
  if (mark.kind === 'traffic') return label([mark.label], x, y + 14 + aside, 11, mark.tone === 'care' ? colours.care : others, measure)
  return label([mark.label], x, y + 16 + aside, mark.shape === 'ground' ? 11 : 12, colours[mark.tone], measure)
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
  return {
    strokes: s.lines.flatMap((l) => stroke(l, place, screen)),
    pads: { points: lens.zoom < 12 ? [] : s.pads.map(place).filter(seen), radius: between(lens.zoom, 12, 2.5, 17, 9) },
    marks,
    labels: apart(named.map((p) => ({ mark: p.mark, label: labelOf(p, lens.measure) }))),
  }
}

/** Two pictures of the same look are the same on the screen. */
export const look = (p: Picture) => JSON.stringify(p, (key, value: unknown) => (key === 'at' ? undefined : value))
