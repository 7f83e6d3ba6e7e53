import { describe, expect, it } from 'vitest'
import type { DockMark, PinMark, Scene, VehicleMark } from '../compute/marks'
import { hitAt } from './hit'
import { between, look, picture, type Lens } from './picture'

// A degree is a hundred pixels; north is up.
const lens = (patch: Partial<Lens> = {}): Lens => ({
  width: 400, height: 300, zoom: 15, project: ([lon, lat]) => ({ x: lon * 100, y: -lat * 100 }), measure: (text, size) => (text.length * size) / 2, ...patch,
})
const flier = (patch: Partial<VehicleMark> = {}): VehicleMark => ({
  kind: 'vehicle', id: 'V07', at: [1, -1], tone: 'auto', label: 'V07 · 90 m', selected: false, shape: 'air', heading: 0, dim: false, ...patch,
})
const home = (patch: Partial<DockMark> = {}): DockMark => ({ kind: 'dock', id: 'H07', at: [1, -1], tone: 'fine', label: 'H07', selected: false, lid: 'closed', home: true, ...patch })
const pin = (patch: Partial<PinMark> = {}): PinMark => ({ kind: 'incident', id: 'I-1', at: [3, -2], tone: 'act', label: 'fire', selected: false, ...patch })
const scene = (patch: Partial<Scene>): Scene => ({ lines: [], pads: [], docks: [], pins: [], traffic: [], vehicles: [], ...patch })

describe('the picture', () => {
  it('places what is on the screen, what flies on top', () => {
    const parked = flier({ id: 'V01', shape: 'ground', at: [2, -2] })
    const away = flier({ id: 'V02', at: [9, -1] })
    const p = picture(scene({ docks: [home()], pins: [pin()], vehicles: [flier(), away, parked] }), lens())
    expect(p.marks.map((m) => [m.mark.id, m.x, m.y, m.scale])).toEqual([['H07', 100, 100, 1.1], ['I-1', 300, 200, 1], ['V01', 200, 200, 1.15], ['V07', 100, 100, 1.15]])
  })

  it('is the same picture when something moves by less than is seen', () => {
    const at = (lon: number) => look(picture(scene({ vehicles: [flier({ at: [lon, -1] })] }), lens()))
    expect(at(1.001)).toBe(at(1))
    expect(at(1.003)).not.toBe(at(1))
  })

  it('keeps the label that matters more', () => {
    const names = (s: Partial<Scene>) => picture(scene(s), lens()).labels.map((l) => l.mark?.id)
    expect(names({ docks: [home(), home({ id: 'H08' })], vehicles: [flier()] })).toEqual(['V07', 'H07'])
    expect(names({ docks: [home({ selected: true })], vehicles: [flier()] })).toEqual(['H07', 'V07'])
  })

  it('names a zone in its middle, where it is seen to be wide', () => {
    const zone = { kind: 'unrecorded' as const, places: [[1, -1], [2, -1], [2, -2], [1, -1]] as [number, number][], selected: false, known: true, name: 'School' }
    const names = (s: Partial<Scene>) => picture(scene(s), lens()).labels.map((l) => [l.mark, ...l.label.lines, l.label.x])
    expect(names({ lines: [zone] })).toEqual([[null, 'School', 150]])
    expect(names({ lines: [{ ...zone, places: zone.places.map(([x, y]): [number, number] => [x / 4, y]) }] })).toEqual([])
    expect(names({ lines: [zone], docks: [home({ at: [1.5, -1.5] })] })).toEqual([[expect.objectContaining({ id: 'H07' }), 'H07', 150]])
  })

  it('shows pads from near only', () => {
    const pads = (zoom: number) => picture(scene({ pads: [[1, -1], [9, 9]] }), lens({ zoom })).pads
    expect(pads(11.9).points).toEqual([])
    expect(pads(17)).toEqual({ points: [[100, 100]], radius: 9 })
  })

  it('cuts a dashed line at the edge of the screen and keeps its dashes in place', () => {
    const far = { kind: 'outlook', places: [[-100, -1], [100, -1]], selected: false, known: true } as const
    const passing = { kind: 'target', places: [[-100, -90], [100, -90]], selected: true, known: true } as const
    expect(picture(scene({ lines: [{ ...far, places: [...far.places] }, { ...passing, places: [...passing.places] }] }), lens()).strokes).toEqual([
      { kind: 'outlook', selected: false, known: true, points: [[-60, 100], [460, 100]], skipped: 9940 },
    ])
  })

  it('draws places of a track that fall together once', () => {
    const track = { kind: 'track' as const, places: [[1, -1], [1.0001, -1], [2, -1], [2, -1]] as [number, number][], selected: true, known: true }
    expect(picture(scene({ lines: [track] }), lens()).strokes[0]?.points).toEqual([[100, 100], [200, 100], [200, 100]])
  })

  it('grows between its stops', () => {
    expect([8, 9, 10.5, 12, 13, 20].map((z) => between(z, 9, 0.6, 12, 0.9, 14, 1.1))).toEqual([0.6, 0.6, 0.75, 0.9, 1, 1.1])
  })
})

describe('what is under the pointer', () => {
  const p = picture(scene({ docks: [home({ at: [1.05, -1] })], pins: [pin(), pin({ id: '', at: [2, -2] })], vehicles: [flier(), flier({ id: 'V08', at: [1.2, -1] })] }), lens())

  it('is a vehicle before a dock, and the nearest', () => {
    expect(hitAt(p, 103, 100)).toEqual({ kind: 'vehicle', id: 'V07' })
    expect(hitAt(p, 117, 100)).toEqual({ kind: 'vehicle', id: 'V08' })
  })

  it('is a pin by its head, which stands above its place', () => {
    expect(hitAt(p, 300, 178)).toEqual({ kind: 'incident', id: 'I-1' })
    expect(hitAt(p, 300, 160)).toBeNull()
  })

  it('is what a label names', () => {
    expect(hitAt(p, 295, 211)).toEqual({ kind: 'incident', id: 'I-1' })
  })

  it('is nothing elsewhere, nor a place of a plan', () => {
    expect(hitAt(p, 200, 195)).toBeNull()
    expect(hitAt(p, 20, 250)).toBeNull()
  })
})
