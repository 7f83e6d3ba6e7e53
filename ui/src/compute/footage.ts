import type { Gap, Point, RecordingDetail, Segment } from '../wire/gen'
import { at } from './time'

/** How long a segment is, seconds. */
export const lengthS = (s: Segment) => Math.max(0, (at(s.to) ?? 0) - (at(s.from) ?? 0)) / 1000

/** The segment that is shown at a media time, seconds after the recording's beginning. */
export function segmentAt(parts: readonly Segment[], mediaS: number): Segment | undefined {
  return parts.find((s) => mediaS >= s.baseS && mediaS < s.baseS + lengthS(s))
}

/** Where the next picture after a media time is; undefined if there is none. */
export function nextPicture(parts: readonly Segment[], mediaS: number): number | undefined {
  return parts.find((s) => s.baseS > mediaS)?.baseS
}

/** The whole length of a recording, seconds. */
export const wholeS = (r: Pick<RecordingDetail, 'from' | 'to'>) => Math.max(0.1, ((at(r.to) ?? 0) - (at(r.from) ?? 0)) / 1000)

/** A stretch of the bar, in parts of the whole. */
export type Stretch = { from: number; to: number; gap: Gap }

/** Where on the bar nothing was recorded. What is too short to be seen is left out. */
export function gapsOnBar(r: Pick<RecordingDetail, 'from' | 'to' | 'gaps'>): Stretch[] {
  const start = at(r.from) ?? 0
  const whole = wholeS(r)
  const place = (iso: string) => Math.min(1, Math.max(0, ((at(iso) ?? start) - start) / 1000 / whole))
  return r.gaps.map((gap) => ({ from: place(gap.from), to: place(gap.to), gap })).filter((g) => g.to - g.from > 0.001)
}

/** The gap at a media time. */
export function gapAt(r: Pick<RecordingDetail, 'from' | 'gaps'>, mediaS: number): Gap | undefined {
  const now = (at(r.from) ?? 0) + mediaS * 1000
  return r.gaps.find((g) => g.why !== 'packets-lost' && now >= (at(g.from) ?? 0) && now < (at(g.to) ?? 0))
}

/** A place, and the heading there. */
export type Stand = Pick<Point, 'lat' | 'lon' | 'headingDeg'>

/** Where the camera was at an instant, ms since 1970, between the points of its track; undefined before it and after it. */
export function placeAt(track: readonly Point[], ms: number): Stand | undefined {
  let low = 0
  let high = track.length
  while (low < high) {
    const mid = (low + high) >> 1
    if (Date.parse(track[mid]?.at ?? '') <= ms) low = mid + 1
    else high = mid
  }
  const [before, after] = [track[low - 1], track[low]]
  if (before === undefined) return undefined
  const from = Date.parse(before.at)
  if (after === undefined || Date.parse(after.at) - from > 5_000) return ms - from < 5_000 ? { lat: before.lat, lon: before.lon, headingDeg: before.headingDeg } : undefined
  const part = (ms - from) / (Date.parse(after.at) - from)
  return { lat: before.lat + part * (after.lat - before.lat), lon: before.lon + part * (after.lon - before.lon), headingDeg: before.headingDeg }
}

/** 3:07, or 1:03:07. */
export function runText(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  const minutes = Math.floor(s / 60)
  return minutes < 60 ? `${minutes}:${two(s % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}`
}

/** 12.3 MB or 1.4 GB, of a thousand each. */
export const sizeText = (octets: number) => (octets < 1e9 ? `${(octets / 1e6).toFixed(1)} MB` : `${(octets / 1e9).toFixed(2)} GB`)
