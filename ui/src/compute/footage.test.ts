import { expect, it } from 'vitest'
import { later, noonMs } from '../testing/fleet'
import type { Gap, Point, Segment } from '../wire/gen'
import { gapAt, gapsOnBar, nextPicture, placeAt, runText, segmentAt, sizeText } from './footage'

const part = (n: number, from: number, to: number): Segment => ({
  n, file: `${n}.mp4`, from: later(from), to: later(to), baseS: from, clock: 'arrival', captured: later(from), codec: 'avc1.42e01f', width: 640, height: 360, generation: 1, init: 600, octets: 1000,
})
const gap = (from: number, to: number, why: Gap['why']): Gap => ({ from: later(from), to: later(to), why })
const parts = [part(1, 0, 10), part(2, 10, 20), part(3, 30, 40)]
const recording = { from: later(0), to: later(40), gaps: [gap(20, 30, 'gated'), gap(5, 5.01, 'packets-lost')] }

it('finds the segment of an instant, and the next picture after a gap', () => {
  expect(segmentAt(parts, 0)?.n).toBe(1)
  expect(segmentAt(parts, 10)?.n).toBe(2)
  expect(segmentAt(parts, 25)).toBeUndefined()
  expect(nextPicture(parts, 25)).toBe(30)
  expect(nextPicture(parts, 35)).toBeUndefined()
})

it('draws gaps where nothing was recorded', () => {
  expect(gapsOnBar(recording)).toEqual([{ from: 0.5, to: 0.75, gap: recording.gaps[0] }])
  expect(gapAt(recording, 25)?.why).toBe('gated')
  expect(gapAt(recording, 5.005)).toBeUndefined()
})

it('moves along the track, and knows where it does not know', () => {
  const point = (s: number, lat: number): Point => ({ at: later(s), lat, lon: 120, altAmsl: 60, headingDeg: 0 })
  const track = [point(1, 32), point(2, 33), point(20, 40)]
  expect(placeAt(track, noonMs)).toBeUndefined()
  expect(placeAt(track, noonMs + 1500)).toEqual({ lat: 32.5, lon: 120, headingDeg: 0 })
  expect(placeAt(track, noonMs + 3000)).toEqual({ lat: 33, lon: 120, headingDeg: 0 })
  expect(placeAt(track, noonMs + 12_000)).toBeUndefined()
  expect(placeAt(track, noonMs + 60_000)).toBeUndefined()
})

it('tells times and sizes', () => {
  expect([runText(7), runText(187), runText(3787)]).toEqual(['0:07', '3:07', '1:03:07'])
  expect([sizeText(12_340_000), sizeText(1_440_000_000)]).toEqual(['12.3 MB', '1.44 GB'])
})
