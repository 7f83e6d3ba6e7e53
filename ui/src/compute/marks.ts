import type { Tone } from './tone'

/** Longitude and latitude, degrees. */
export type Place = readonly [lon: number, lat: number]

type Common = { id: string; at: Place; tone: Tone; label: string; selected: boolean }
export type VehicleMark = Common & { kind: 'vehicle'; shape: 'air' | 'ground' | 'lost'; heading: number; dim: boolean }
export type DockMark = Common & { kind: 'dock'; lid: 'open' | 'moving' | 'closed' | 'unknown' | 'lost'; home: boolean }
/** An incident; without an id one that is about to be reported. As another form it is a corner of a zone (dot), a numbered place of a plan (step), or a place that was chosen (place), which cannot be touched. */
export type PinMark = Common & { kind: 'incident'; form?: 'dot' | 'step' | 'place' }
/** An aircraft of others. */
export type TrafficMark = Common & { kind: 'traffic'; shape: 'aircraft' | 'drone'; dim: boolean }
export type Mark = VehicleMark | DockMark | PinMark | TrafficMark

export type Line = { kind: 'track' | 'plan' | 'view' | 'spot' | 'unrecorded' | 'unshown' | 'obstacle' | 'target' | 'outlook' | 'vector' | 'closing'; places: Place[]; selected: boolean; known: boolean; name?: string }

/** What the map is to show of everything that lives, by place; map/ knows how. */
export type Scene = { lines: Line[]; pads: Place[]; docks: DockMark[]; pins: PinMark[]; traffic: TrafficMark[]; vehicles: VehicleMark[] }
