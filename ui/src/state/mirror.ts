import type {
  Alarm, Command, Contact, Dock, DockSpec, EventsMessage, Incident, NoRecordZone, Obstacle, Outlook, Patrol, Picture, Plan, Recording, Sortie, Replay, Service, UnknownSystem, Vehicle, VehicleSpec,
} from '../wire/gen'

/** What travels under each kind. */
export type Values = {
  vehicle: Vehicle
  dock: Dock
  outlook: Outlook
  incident: Incident
  sortie: Sortie
  plan: Plan
  patrol: Patrol
  command: Command
  alarm: Alarm
  'vehicle-spec': VehicleSpec
  'dock-spec': DockSpec
  'unknown-system': UnknownSystem
  replay: Replay
  traffic: Contact
  recording: Recording
  'privacy-zone': NoRecordZone
  picture: Picture
  service: Service
  obstacle: Obstacle
}
export type Kind = keyof Values
export type Tables = { readonly [K in Kind]: Map<string, Values[K]> }

/** The station's Board as far as we were told: whole values by kind and id, each at the version it came with. */
export class Mirror {
  readonly tables: Tables
  version = 0
  readonly #versions = new Map<string, number>()

  /** make gives an empty table; the console gives reactive ones. */
  constructor(make: <V>() => Map<string, V> = () => new Map()) {
    this.tables = {
      vehicle: make(), dock: make(), outlook: make(), incident: make(), sortie: make(), plan: make(), patrol: make(),
      command: make(), alarm: make(), 'vehicle-spec': make(), 'dock-spec': make(), 'unknown-system': make(), traffic: make(), replay: make(),
      recording: make(), 'privacy-zone': make(), picture: make(), service: make(), obstacle: make(),
    }
  }

  /** Takes a message in. A snapshot replaces everything; in a delta what is older than what we hold is passed over. */
  apply(m: EventsMessage): void {
    if (m.type === 'snapshot') this.#forgetBut(m)
    for (const e of m.entries) {
      const key = `${e.kind}/${e.id}`
      if (m.type === 'delta' && e.version <= (this.#versions.get(key) ?? 0)) continue
      const table = this.tables[e.kind] as Map<string, unknown> | undefined
      if (table === undefined) continue // a kind of a newer station
      this.#versions.set(key, e.version)
      if (e.value === null) table.delete(e.id)
      else table.set(e.id, e.value)
    }
    this.version = m.version
  }

  #forgetBut(m: EventsMessage): void {
    this.#versions.clear()
    const kept = new Set(m.entries.map((e) => `${e.kind}/${e.id}`))
    for (const [kind, table] of Object.entries(this.tables)) {
      for (const id of [...table.keys()]) if (!kept.has(`${kind}/${id}`)) table.delete(id)
    }
  }
}
