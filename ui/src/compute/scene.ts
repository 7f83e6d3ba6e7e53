import type { Contact, Dock, DockSpec, Incident, LatLon, NoRecordZone, Obstacle, PrivacyZoneInput } from '../wire/gen'
import { activity, gates, incidentTone, trouble, type Craft } from './activity'
import { ring, type Aim } from './aim'
import { rim, seen } from './footprint'
import { placeText } from './geo'
import { known } from './fresh'
import type { Grid } from './grid'
import { within95, type Spot } from './spot'
import { ellipseRing } from './target'
import type { DockMark, Line, PinMark, Place, Scene, VehicleMark } from './marks'
import type { Tone } from './tone'
import { traffic } from './traffic'

export type DockCraft = { spec: DockSpec; dock: Dock | undefined; vehicle: Craft | undefined }

export type SceneInput = {
  crafts: Craft[]
  docks: DockCraft[]
  incidents: Incident[]
  selected: { kind: 'vehicle' | 'dock'; id: string } | null
  incident: string
  /** Aircraft of others, and the one that is looked at. */
  contacts: Contact[]
  contact: string
  /** Where an incident is about to be reported. */
  draft: LatLon | null
  /** Where a vehicle is about to be sent. */
  aim: Aim | null
  /** The place that was taken from a picture. */
  spot: Spot | null
  /** The places that this page lets vehicles follow. */
  followed: ReadonlyMap<string, LatLon>
  followedName: string
  track: [number, number][]
  /** Where the camera of the recording that is looked at was, and where it is in it. */
  filmed: readonly LatLon[]
  filmedAt: (LatLon & { headingDeg: number }) | null
  filmedName: string
  /** The plan that is drawn or looked at. */
  sketch: LatLon[]
  /** The no-record zones, the one that is looked at, and those that are not kept yet. */
  zones: readonly NoRecordZone[]
  zone: string
  zoneDrafts: readonly PrivacyZoneInput[]
  /** What is known to stand in the way. */
  obstacles: readonly Obstacle[]
  /** The heights of the ground; null: it is taken as level. */
  grid: Grid | null
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
  if (d.vehicle?.service?.gate?.code === 'pack-change') return 'auto'
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
const pair = (p: LatLon, places = 6): Place => [round(p.lon, places), round(p.lat, places)]

/** A vehicle inside its dock is drawn as part of the dock. */
const inDock = (c: Craft, airborne: boolean) => !airborne && c.dock?.seated === true

function vehicleMark(c: Craft, input: SceneInput): VehicleMark | null {
  const a = activity(c, input.now)
  const v = c.vehicle
  const place = v?.position ?? (a.airborne ? undefined : c.spec.site)
  if (place === undefined || inDock(c, a.airborne)) return null
  const { freshness, ageS } = known(v, input.now)
  const step = a.airborne ? 1 : 5
  return {
    kind: 'vehicle', id: c.spec.id, at: pair(place, a.airborne ? 6 : 5),
    shape: freshness === 'lost' || freshness === 'never' ? 'lost' : a.airborne ? 'air' : 'ground',
    tone: freshness === 'fresh' ? a.tone : freshness === 'lost' && a.airborne ? 'act' : 'still',
    heading: Math.round((v?.headingDeg ?? 0) / step) * step,
    dim: freshness === 'stale',
    label: [c.spec.id, a.airborne && v ? `${Math.round(v.altRelM)} m` : '', freshness === 'fresh' || ageS === null ? '' : input.old(ageS)].filter((s) => s !== '').join(' · '),
    selected: input.selected?.kind === 'vehicle' && input.selected.id === c.spec.id,
  }
}

function dockMark(d: DockCraft, input: SceneInput): DockMark {
  const { freshness, ageS } = known(d.dock, input.now)
  const home = d.dock?.seated === true
  const old = freshness === 'fresh' || ageS === null ? '' : ` · ${input.old(ageS)}`
  const chosen = input.selected
  return {
    kind: 'dock', id: d.spec.id, at: pair(d.spec.pad), home, label: d.spec.id + old,
    tone: freshness === 'stale' ? 'still' : dockTone(d, input.now),
    lid: freshness === 'lost' || freshness === 'never' ? 'lost' : lidShape(d.dock),
    selected: (chosen?.kind === 'dock' && chosen.id === d.spec.id) || (home && chosen?.kind === 'vehicle' && chosen.id === d.vehicle?.spec.id),
  }
}

/** The places of the one zone that is drawn; of several from a file their rims are enough. */
function corners(drafts: readonly PrivacyZoneInput[]): LatLon[] {
  const [only] = drafts
  if (only === undefined || drafts.length > 1) return []
  return only.center ? [only.center] : (only.ring ?? [])
}

function pins(input: SceneInput): PinMark[] {
  const pin = (at: LatLon, tone: Tone, label: string, selected: boolean, id = ''): PinMark => ({ kind: 'incident', id, at: pair(at), tone, label, selected })
  const placed = (p: PinMark): PinMark => ({ ...p, form: 'place' })
  const told = input.incidents.flatMap((i) => {
    const tone = incidentTone(i.state, trouble(input.crafts.find((c) => c.sortie !== undefined && c.sortie.id === i.sortie), input.now)?.tone)
    return tone === undefined ? [] : [pin(i.place, tone, i.title, i.id === input.incident, i.id)]
  })
  const draft = input.draft === null ? [] : [pin(input.draft, 'care', '', true)]
  const followed = [...input.followed].map(([id, p]) => placed(pin(p, 'care', `${input.followedName} · ${id}`, false)))
  const aim = input.aim === null ? [] : [placed(pin(input.aim.place, 'auto', '', true))]
  const spot = input.spot === null ? [] : [placed(pin(input.spot.place, 'care', placeText(input.spot.place), false))]
  return [...told, ...draft, ...aim, ...followed, ...spot, ...input.sketch.map((p, i) => ({ ...pin(p, 'auto', String(i + 1), false), form: 'step' as const })), ...corners(input.zoneDrafts).map((p) => ({ ...pin(p, 'still', '', false), form: 'dot' as const }))]
}

/** Where the camera of the recording that is looked at was. It cannot be touched: it is not there now. */
function filmed(input: SceneInput): VehicleMark[] {
  const at = input.filmedAt
  if (at === null) return []
  return [{ kind: 'vehicle', id: '', at: pair(at), shape: 'air', tone: 'still', heading: Math.round(at.headingDeg), dim: false, label: input.filmedName, selected: true }]
}

/** Where that is which a vehicle follows, if it is known here. */
function followedBy(c: Craft, input: SceneInput): LatLon | undefined {
  const chase = c.sortie?.chase
  if (chase === undefined) return undefined
  return chase.target ? input.crafts.find((k) => k.spec.id === chase.target)?.vehicle?.position : input.followed.get(c.spec.id)
}

/** Where it would end by itself, for all in the air; plan and track of the selected one. */
function lines(input: SceneInput): Line[] {
  const out: Line[] = []
  const add = (kind: Line['kind'], places: Place[], more: { selected?: boolean; known?: boolean; name?: string } = {}) => out.push({ kind, places, selected: true, known: true, ...more })
  for (const o of input.obstacles) add('obstacle', (o.ring ? [...o.ring, ...o.ring.slice(0, 1)] : (o.line ?? [])).map((p) => pair(p)), { selected: false, name: `${o.name ?? o.id} ${Math.round(o.topAmsl)} m` })
  if (input.sketch.length > 1) add('plan', input.sketch.map((p) => pair(p)))
  if (input.filmed.length > 1) add('track', input.filmed.map((p) => pair(p)))
  if (input.aim !== null && input.aim.radiusM > 0) add('plan', ring(input.aim.place, input.aim.radiusM).map((p) => pair(p)))
  if (input.spot !== null) add('spot', ellipseRing(input.spot.place, within95(input.spot.ellipse)).map((p) => pair(p)))
  const zone = (z: PrivacyZoneInput, selected: boolean) => add(z.rule === 'relay' ? 'unshown' : 'unrecorded', rim(z).map((p) => pair(p)), { selected, name: z.name })
  for (const z of input.zones) zone(z, z.id === input.zone)
  for (const z of input.zoneDrafts) zone(z, true)
  for (const c of input.crafts) {
    const selected = input.selected?.kind === 'vehicle' && input.selected.id === c.spec.id
    const from = c.vehicle?.position
    if (from && known(c.vehicle, input.now).freshness === 'fresh' && activity(c, input.now).airborne) {
      const ground = seen(c.vehicle, c.spec.hfovDeg, input.now, input.grid)
      if (ground.length > 0) add('view', ground.map((p) => pair(p)), { selected })
    }
    const to = c.outlook?.landsAt
    if (selected) {
      const route = (c.sortie?.route ?? []).filter((i) => i.kind === 'takeoff' || i.kind === 'waypoint').map((i) => pair(i.position))
      if (route.length > 1) add('plan', route)
      if (input.track.length > 1) add('track', from ? [...input.track, pair(from)] : input.track)
      const chased = followedBy(c, input)
      if (chased && from) add('target', [pair(from), pair(chased)])
      else if (c.sortie?.target && from) add('target', [pair(from), pair(c.sortie.target)])
    }
    if (from && to && to.position.lat !== 0 && c.vehicle && activity(c, input.now).airborne) {
      add('outlook', [pair(from), pair(to.position)], { selected, known: to.kind !== 'unknown' })
    }
  }
  return out
}

export function scene(input: SceneInput): Scene {
  const others = traffic({ ...input, vehicle: input.selected?.kind === 'vehicle' ? input.selected.id : '', chosen: input.contact })
  return {
    lines: [...others.lines, ...lines(input)],
    pads: input.docks.map((d) => pair(d.spec.groundPad)),
    docks: input.docks.map((d) => dockMark(d, input)),
    pins: pins(input),
    traffic: others.marks,
    vehicles: [...input.crafts.map((c) => vehicleMark(c, input)).filter((v) => v !== null), ...filmed(input)],
  }
}
