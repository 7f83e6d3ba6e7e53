import type { Craft } from '../compute/activity'
import type { DockCraft } from '../compute/scene'
import type { Incident, VehicleSpec } from '../wire/gen'
import { fleet } from './fleet.svelte'

function join(spec: VehicleSpec): Craft {
  return {
    spec,
    vehicle: fleet.vehicles.get(spec.id),
    outlook: fleet.outlooks.get(spec.id),
    sortie: fleet.openSorties.get(spec.id),
    dock: spec.dock === undefined ? undefined : fleet.docks.get(spec.dock),
    service: spec.dock === undefined ? undefined : fleet.services.get(spec.dock),
  }
}

/** One vehicle with all that is known of it; undefined if the registry has none of that id. */
export function craft(id: string): Craft | undefined {
  const spec = fleet.vehicleSpecs.get(id)
  return spec === undefined ? undefined : join(spec)
}

const byID = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id)

export function crafts(): Craft[] {
  return [...fleet.vehicleSpecs.values()].sort(byID).map(join)
}

export function dockCrafts(all: Craft[]): DockCraft[] {
  const at = new Map(all.flatMap((c) => (c.spec.dock === undefined ? [] : [[c.spec.dock, c] as const])))
  return [...fleet.dockSpecs.values()].sort(byID).map((spec) => ({ spec, dock: fleet.docks.get(spec.id), vehicle: at.get(spec.id) }))
}

const rank: Readonly<Record<Incident['state'], number>> = { queued: 0, assigned: 1, 'on-scene': 1, served: 2, declined: 2, cancelled: 2 }

/** What is open first, then the newest. */
export function incidents(): Incident[] {
  return [...fleet.incidents.values()].sort((a, b) => rank[a.state] - rank[b.state] || b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id))
}

export const isOpen = (i: Incident) => rank[i.state] < 2
