import type { Feature, FeatureCollection, LineString, Point } from 'geojson'
import type { Dock, DockSpec, Incident, LatLon } from '../wire/gen'
import { activity, gates, type Craft, type Tone } from './activity'
import { known } from './fresh'

/** What the map is to show, ready for its sources. */
export type Scene = {
  vehicles: FeatureCollection<Point>
  docks: FeatureCollection<Point>
  incidents: FeatureCollection<Point>
  lines: FeatureCollection<LineString>
}

export type DockCraft = { spec: DockSpec; dock: Dock | undefined; vehicle: Craft | undefined }

export type SceneInput = {
  crafts: Craft[]
  docks: DockCraft[]
  incidents: Incident[]
  selected: { kind: 'vehicle' | 'dock'; id: string } | null
  incident: string
  /** Where an incident is about to be reported. */
  draft: LatLon | null
  track: [number, number][]
  /** The plan that is drawn or looked at. */
  sketch: LatLon[]
  now: number
  /** Puts an age into words. */
  old: (ageS: number) => string
}

const faulty: ReadonlySet<Dock['state']> = new Set(['fault', 'e-stop', 'askew', 'obstructed'])
const moving: ReadonlySet<Dock['state']> = new Set(['opening', 'open', 'launch-ready', 'clear-hold', 'closing', 'landing-ready', 'occupied', 'centring'])

/** How much attention a dock wants. */
export function dockTone(d: DockCraft, now: number): Tone {
  const { freshness } = known(d.dock, now)
  if (d.dock === undefined || freshness === 'never') return 'still'
  if (freshness === 'lost') return 'care'
  if (d.dock.eStop || d.dock.contradict || faulty.has(d.dock.state)) return 'act'
  if (d.dock.state === 'maintenance' || d.dock.state === 'unknown') return 'care'
  if (moving.has(d.dock.state) || d.dock.state === 'away') return 'auto'
  if ((d.dock.noLaunch ?? []).length > 0 || (d.vehicle && gates(d.vehicle).length > 0)) return 'care'
  return 'fine'
}

export function lidShape(d: Dock | undefined): 'open' | 'moving' | 'closed' | 'unknown' {
  if (d === undefined) return 'unknown'
  if (d.lidSwitch === 'open' && d.lidEncoder === 'open') return 'open'
  if (d.lidSwitch === 'closed' && d.lidEncoder === 'closed') return 'closed'
  return d.lidSwitch === 'unknown' && d.lidEncoder === 'unknown' ? 'unknown' : 'moving'
}

// To a tenth of a metre; on the ground to a metre, so that a receiver's noise does not redraw the map.
const round = (v: number, places: number) => Math.round(v * 10 ** places) / 10 ** places
const pair = (p: LatLon, places = 6): [number, number] => [round(p.lon, places), round(p.lat, places)]

function point(p: LatLon, properties: Record<string, string | number | boolean>): Feature<Point> {
  return { type: 'Feature', geometry: { type: 'Point', coordinates: pair(p) }, properties }
}

function line(coordinates: [number, number][], properties: Record<string, string | number | boolean>): Feature<LineString> {
  return { type: 'Feature', geometry: { type: 'LineString', coordinates }, properties }
}

/** A vehicle inside its dock is drawn as part of the dock. */
const inDock = (c: Craft, airborne: boolean) => !airborne && c.dock?.seated === true

function vehicleFeature(c: Craft, input: SceneInput): Feature<Point> | null {
  const a = activity(c, input.now)
  const v = c.vehicle
  const place = v?.position ?? (a.airborne ? undefined : c.spec.site)
  if (place === undefined || inDock(c, a.airborne)) return null
  const { freshness, ageS } = known(v, input.now)
  const shape = freshness === 'lost' || freshness === 'never' ? 'lost' : a.airborne ? 'air' : 'ground'
  const tone: Tone = freshness === 'fresh' ? a.tone : freshness === 'lost' && a.airborne ? 'act' : 'still'
  const height = a.airborne && v ? `${Math.round(v.altRelM)} m` : ''
  const old = freshness === 'fresh' || ageS === null ? '' : input.old(ageS)
  const shown = a.airborne ? place : { lat: round(place.lat, 5), lon: round(place.lon, 5) }
  return point(shown, {
    id: c.spec.id, icon: `v-${shape}-${tone}`, heading: Math.round((v?.headingDeg ?? 0) / (a.airborne ? 1 : 5)) * (a.airborne ? 1 : 5), tone, airborne: a.airborne,
    dim: freshness === 'stale', label: [c.spec.id, height, old].filter((s) => s !== '').join(' · '),
    selected: input.selected?.kind === 'vehicle' && input.selected.id === c.spec.id,
    order: a.airborne ? 2 : 1,
  })
}

function dockFeature(d: DockCraft, input: SceneInput): Feature<Point> {
  const { freshness, ageS } = known(d.dock, input.now)
  const tone = freshness === 'stale' ? 'still' : dockTone(d, input.now)
  const home = d.dock?.seated === true
  const lid = freshness === 'lost' || freshness === 'never' ? 'lost' : lidShape(d.dock)
  const old = freshness === 'fresh' || ageS === null ? '' : ` · ${input.old(ageS)}`
  const mine = d.vehicle?.spec.id
  const chosen = input.selected
  return point(d.spec.pad, {
    kind: 'dock', id: d.spec.id, icon: `d-${home ? 'in' : 'out'}-${lid}-${tone}`, tone, label: d.spec.id + old,
    selected: (chosen?.kind === 'dock' && chosen.id === d.spec.id) || (home && chosen?.kind === 'vehicle' && chosen.id === mine),
  })
}

const incidentTone: Readonly<Partial<Record<Incident['state'], Tone>>> = { queued: 'act', assigned: 'auto', 'on-scene': 'fine' }

function incidentFeatures(input: SceneInput): Feature<Point>[] {
  const draft = input.draft === null ? [] : [point(input.draft, { icon: 'i-care', label: '', selected: true })]
  const told = input.incidents.flatMap((i) => {
    const tone = incidentTone[i.state]
    if (tone === undefined) return []
    return [point(i.place, { id: i.id, icon: `i-${tone}`, label: i.title, selected: i.id === input.incident })]
  })
  const sketch = input.sketch.map((p, i) => point(p, { icon: 'i-auto', label: String(i + 1), selected: false }))
  return [...told, ...draft, ...sketch]
}

/** Where it would end by itself, for all in the air; plan and track of the selected one. */
function lineFeatures(input: SceneInput): Feature<LineString>[] {
  const out: Feature<LineString>[] = []
  if (input.sketch.length > 1) out.push(line(input.sketch.map((p) => pair(p)), { kind: 'plan' }))
  for (const c of input.crafts) {
    const selected = input.selected?.kind === 'vehicle' && input.selected.id === c.spec.id
    const from = c.vehicle?.position
    const to = c.outlook?.landsAt
    if (selected) {
      const route = (c.sortie?.route ?? []).filter((i) => i.kind === 'takeoff' || i.kind === 'waypoint').map((i) => pair(i.position))
      if (route.length > 1) out.push(line(route, { kind: 'plan' }))
      if (input.track.length > 1) out.push(line(from ? [...input.track, pair(from)] : input.track, { kind: 'track' }))
      if (c.sortie?.target && from) out.push(line([pair(from), pair(c.sortie.target)], { kind: 'target' }))
    }
    if (from && to && to.position.lat !== 0 && c.vehicle && activity(c, input.now).airborne) {
      out.push(line([pair(from), pair(to.position)], { kind: 'outlook', selected, known: to.kind !== 'unknown' }))
    }
  }
  return out
}

const collect = <G extends Point | LineString>(features: Feature<G>[]): FeatureCollection<G> => ({ type: 'FeatureCollection', features })

export function scene(input: SceneInput): Scene {
  return {
    vehicles: collect(input.crafts.map((c) => vehicleFeature(c, input)).filter((f) => f !== null)),
    docks: collect(input.docks.flatMap((d) => [point(d.spec.groundPad, { kind: 'pad' }), dockFeature(d, input)])),
    incidents: collect(incidentFeatures(input)),
    lines: collect(lineFeatures(input)),
  }
}
