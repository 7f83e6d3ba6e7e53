import { SvelteMap } from 'svelte/reactivity'
import { PoseLog } from '../compute/poses'
import type { EventsMessage, Person, Vehicle } from '../wire/gen'
import { Events, type Link } from '../wire/socket'
import { clock } from './clock.svelte'
import { isAirborne, isOver } from '../compute/activity'
import { Mirror } from './mirror'
import { Tracks } from './tracks'

/** What the station last said. Values are whole and never changed in place, so a component sees one when it is replaced. */
class Fleet {
  readonly #mirror = new Mirror(<V>() => new SvelteMap<string, V>())
  readonly vehicles = this.#mirror.tables.vehicle
  readonly docks = this.#mirror.tables.dock
  readonly outlooks = this.#mirror.tables.outlook
  readonly incidents = this.#mirror.tables.incident
  readonly sorties = this.#mirror.tables.sortie
  readonly plans = this.#mirror.tables.plan
  readonly patrols = this.#mirror.tables.patrol
  readonly commands = this.#mirror.tables.command
  readonly alarms = this.#mirror.tables.alarm
  readonly vehicleSpecs = this.#mirror.tables['vehicle-spec']
  readonly dockSpecs = this.#mirror.tables['dock-spec']
  /** What is being recorded, by vehicle. */
  readonly recordings = this.#mirror.tables.recording
  readonly traffic = this.#mirror.tables.traffic
  readonly privacyZones = this.#mirror.tables['privacy-zone']
  /** What each dock was last ordered to do for its vehicle between sorties. */
  readonly services = this.#mirror.tables.service
  readonly obstacles = this.#mirror.tables.obstacle
  readonly pictures = this.#mirror.tables.picture
  readonly unknownSystems = this.#mirror.tables['unknown-system']
  /** What is played, if this is no station but a replay. */
  readonly replay = $derived.by(() => this.#mirror.tables.replay.get('replay'))

  /** Where vehicles have been; read when a scene is drawn, not reactive. */
  readonly tracks = new Tracks()
  /** Where each vehicle and its camera were in the last seconds; read when a picture is clicked, not reactive. */
  readonly poses = new Map<string, PoseLog>()

  /** The sortie each vehicle has open. */
  readonly openSorties = $derived(new Map([...this.sorties.values()].filter((s) => !isOver(s.state)).map((s) => [s.vehicle, s])))

  link = $state<Link>('connecting')
  /** Who the station says we are. */
  user = $state.raw<Person | null>(null)
  /** The Board version that the tables hold. */
  version = $state(0)
  /** When the last message came, in the station's time, ms; 0 before the first. */
  updatedAt = $state(0)

  #events: Events | null = null

  /** Starts listening; signedOut is called when the station no longer knows us. */
  start(signedOut: () => void): void {
    this.stop()
    this.#events = new Events({ message: (m) => this.#take(m), link: (l) => (this.link = l), signedOut })
  }

  stop(): void {
    this.#events?.close()
    this.#events = null
    this.link = 'connecting'
  }

  #take(m: EventsMessage): void {
    this.#mirror.apply(m)
    // The time of a record runs at another speed than ours, so the newest word of it is the best.
    clock.hear(m.now, m.type === 'snapshot' || this.replay !== undefined)
    clock.stand(this.replay && (this.replay.paused || this.replay.ended || this.replay.seeking) ? m.now : null)
    const now = clock.exact()
    for (const e of m.entries) if (e.kind === 'vehicle' && e.value) this.#hear(e.value, now)
    if (m.user) this.user = m.user
    this.version = m.version
    this.updatedAt = now
  }

  #hear(v: Vehicle, now: number): void {
    this.tracks.hear(v, isAirborne(v), now)
    const poses = this.poses.get(v.id) ?? new PoseLog()
    this.poses.set(v.id, poses)
    poses.hear(v)
  }
}

export const fleet = new Fleet()
