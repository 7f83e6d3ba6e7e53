import { describe, expect, it } from 'vitest'
import { craft, dock, dockSpec, flying, noon, noonMs, outlook, sortie, spec, vehicle } from '../testing/fleet'
import type { Incident } from '../wire/gen'
import { dockTone, lidShape, scene, type SceneInput } from './scene'

const input = (patch: Partial<SceneInput>): SceneInput => ({
  crafts: [], docks: [], incidents: [], selected: null, incident: '', contacts: [], contact: '', draft: null, aim: null, spot: null, followed: new Map(), followedName: 'followed', track: [], filmed: [], filmedAt: null, filmedName: '', sketch: [], zones: [], zone: '', zoneDrafts: [], obstacles: [], grid: null, now: noonMs, old: (s) => `${s} s`, ...patch,
})
const incident = (state: Incident['state']): Incident => ({
  id: state, place: { lat: 32.5, lon: 120.4 }, title: state, category: '', priority: 3, state, by: 'lin', createdAt: noon, updatedAt: noon,
})

describe('the scene', () => {
  it('draws a vehicle in its dock as part of the dock', () => {
    const home = craft()
    const s = scene(input({ crafts: [home], docks: [{ spec: dockSpec(), dock: dock(), vehicle: home }] }))
    expect(s.vehicles).toEqual([])
    expect(s.docks).toMatchObject([{ id: 'H07', home: true, lid: 'closed', tone: 'fine' }])
    expect(s.pads).toEqual([[120.4, 32.5001]])
  })

  it('draws what stands in the way, an outline closed, a line open', () => {
    const at = (lat: number) => ({ lat, lon: 120.4 })
    const s = scene(input({ obstacles: [{ id: 'mast', ring: [at(32.1), at(32.2), at(32.3)], topAmsl: 60 }, { id: 'line', line: [at(32.4), at(32.5)], topAmsl: 18 }] }))
    expect(s.lines.map((l) => [l.kind, l.places.length])).toEqual([['obstacle', 4], ['obstacle', 2]])
    expect(s.lines[0]?.places[3]).toEqual([120.4, 32.1])
  })

  it('draws flight, staleness and loss apart', () => {
    const c = craft({ vehicle: vehicle(flying), dock: dock({ seated: false, state: 'away' }), outlook: outlook() })
    const mark = (now: number) => scene(input({ crafts: [c], now })).vehicles[0]
    expect(mark(noonMs)).toMatchObject({ shape: 'air', tone: 'act', label: 'V07 · 90 m', dim: false })
    expect(mark(noonMs + 5_000)).toMatchObject({ shape: 'air', tone: 'still', label: 'V07 · 90 m · 5 s', dim: true })
    expect(mark(noonMs + 11_000)).toMatchObject({ shape: 'lost', tone: 'act', label: 'V07 · 90 m · 11 s' })
  })

  it('draws a crew’s vehicle at its site before it was heard', () => {
    const c = craft({ spec: spec({ dock: undefined, site: { lat: 32.1, lon: 120.1, altAmsl: 4 } }), vehicle: undefined, dock: undefined })
    expect(scene(input({ crafts: [c] })).vehicles[0]).toMatchObject({ at: [120.1, 32.1], shape: 'lost', tone: 'still' })
  })

  it('shows where a flying vehicle would land by itself', () => {
    const landsAt = { kind: 'ground-pad' as const, name: 'Dock H07', position: { lat: 32.6, lon: 120.5, altAmsl: 4 } }
    const c = craft({ vehicle: vehicle(flying), outlook: outlook({ landsAt }), dock: dock({ seated: false }) })
    const { lines } = scene(input({ crafts: [c] }))
    expect(lines.map((l) => [l.kind, l.places[1]])).toEqual([['outlook', [120.5, 32.6]]])
  })

  it('shows what a vehicle follows in place of its scene', () => {
    const at = { lat: 32.51, lon: 120.41 }
    const s = sortie({ target: { lat: 32.6, lon: 120.5 }, chase: { distanceM: 40, room: null } })
    const c = craft({ vehicle: vehicle(flying), sortie: s, dock: dock({ seated: false }) })
    const shown = scene(input({ crafts: [c], selected: { kind: 'vehicle', id: 'V07' }, followed: new Map([['V07', at]]) }))
    expect(shown.lines.filter((l) => l.kind === 'target').map((l) => l.places[1])).toEqual([[120.41, 32.51]])
    expect(shown.pins.map((p) => [p.id, p.label, p.at])).toEqual([['', 'followed · V07', [120.41, 32.51]]])
  })

  it('shows the circle that is about to be flown', () => {
    const aim = { vehicle: 'V07', place: { lat: 32.5, lon: 120.4 }, radiusM: 60, altAmsl: null }
    const s = scene(input({ aim }))
    expect([s.lines.map((l) => [l.kind, l.places.length]), s.pins.map((p) => p.at)]).toEqual([[['plan', 49]], [[120.4, 32.5]]])
    expect(scene(input({ aim: { ...aim, radiusM: 0 } })).lines).toEqual([])
  })

  it('shows the place that was taken from a picture within its ellipse of 95 %', () => {
    const place = { lat: 32.5, lon: 120.4 }
    const spot = { place, ellipse: { majorM: 10, minorM: 4, bearingDeg: 0 }, groundAmsl: 4, surveyed: false, vehicle: 'V07', time: { ms: noonMs, by: 'capture' as const } }
    const s = scene(input({ spot }))
    expect(s.pins).toMatchObject([{ id: '', at: [120.4, 32.5], label: '32.50000, 120.40000' }])
    expect(s.lines.map((l) => l.kind)).toEqual(['spot'])
    expect(Math.max(...(s.lines[0]?.places ?? []).map(([, lat]) => lat))).toBeCloseTo(32.5 + 24.48 / 111_319.5, 5)
  })

  it('shows open incidents only', () => {
    const s = scene(input({ incidents: [incident('queued'), incident('on-scene'), incident('served'), incident('cancelled')] }))
    expect(s.pins.map((p) => [p.id, p.tone])).toEqual([['queued', 'act'], ['on-scene', 'fine']])
  })
})

describe('a dock', () => {
  const tone = (d: ReturnType<typeof dock> | undefined, now = noonMs) => dockTone({ spec: dockSpec(), dock: d, vehicle: undefined }, now)
  it('asks for attention by what it says', () => {
    expect(tone(dock())).toBe('fine')
    expect(tone(undefined)).toBe('still')
    expect(tone(dock({ state: 'fault' }))).toBe('act')
    expect(tone(dock({ eStop: true }))).toBe('act')
    expect(tone(dock({ state: 'landing-ready' }))).toBe('auto')
    expect(tone(dock({ state: 'maintenance' }))).toBe('care')
    expect(tone(dock(), noonMs + 20_000)).toBe('care')
  })
  it('has an open lid only if both sensors say so', () => {
    expect(lidShape(dock({ lidSwitch: 'open', lidEncoder: 'open' }))).toBe('open')
    expect(lidShape(dock({ lidSwitch: 'open', lidEncoder: 'closed' }))).toBe('moving')
    expect(lidShape(dock({ lidSwitch: 'unknown', lidEncoder: 'unknown' }))).toBe('unknown')
  })
})

it('shows where the camera of a recording was, and that it cannot be touched', () => {
  const filmed = [{ lat: 32.5, lon: 120.4 }, { lat: 32.6, lon: 120.4 }]
  const s = scene(input({ filmed, filmedAt: { lat: 32.55, lon: 120.4, headingDeg: 12.4 }, filmedName: 'picture' }))
  expect(s.lines).toEqual([{ kind: 'track', places: [[120.4, 32.5], [120.4, 32.6]], selected: true, known: true }])
  expect(s.vehicles).toMatchObject([{ id: '', at: [120.4, 32.55], heading: 12, label: 'picture' }])
})

it('shows the zones, the one that is looked at heavier, and the corners of the one that is drawn', () => {
  const at = (lat: number, lon: number) => ({ lat, lon })
  const zone = { id: 'Z1', name: 'school', reason: 'children', rule: 'relay' as const, ring: [at(32, 120), at(32, 121), at(33, 121)], by: '', at: '' }
  const draft = { name: '', reason: '', rule: 'record' as const, ring: [at(31, 120), at(31, 121)] }
  const drawn = scene(input({ zones: [zone, { ...zone, id: 'Z2' }], zone: 'Z2', zoneDrafts: [draft] }))
  expect(drawn.lines.map((l) => [l.kind, l.selected, l.places.length])).toEqual([['unshown', false, 4], ['unshown', true, 4], ['unrecorded', true, 3]])
  expect(drawn.pins.map((p) => [p.id, p.form, p.at])).toEqual([['', 'dot', [120, 31]], ['', 'dot', [121, 31]]])
  expect(scene(input({ zoneDrafts: [draft, draft] })).pins).toEqual([])
})

it('draws only incidents as incidents', () => {
  const at = { lat: 32.5, lon: 120.4 }
  const drawn = scene(input({ sketch: [at, at], aim: { vehicle: 'V07', place: at, radiusM: 60, altAmsl: null }, incidents: [incident('assigned')], draft: at }))
  expect(drawn.pins.map((p) => [p.label, p.form])).toEqual([['assigned', undefined], ['', undefined], ['', 'place'], ['1', 'step'], ['2', 'step']])
})

it('shows an incident no better than its vehicle', () => {
  const s = sortie({ state: 'on-task' })
  const c = craft({ vehicle: vehicle(flying), sortie: s, outlook: outlook(), dock: dock({ seated: false }) })
  const tone = (patch: Partial<SceneInput>) => scene(input({ crafts: [c], incidents: [{ ...incident('on-scene'), sortie: s.id }], ...patch })).pins[0]?.tone
  expect(tone({})).toBe('fine')
  expect(tone({ now: noonMs + 20_000 })).toBe('act')
  expect(tone({ crafts: [] })).toBe('fine')
  expect(scene(input({ crafts: [c], incidents: [{ ...incident('served'), sortie: s.id }] })).pins).toEqual([])
})
