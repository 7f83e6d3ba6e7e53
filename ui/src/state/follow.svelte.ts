import { SvelteMap } from 'svelte/reactivity'
import * as api from '../wire/api'
import type { LatLon } from '../wire/gen'
import { Refusal } from '../wire/http'
import { fleet } from './fleet.svelte'

/** How often a place is told, ms: a vehicle that is not told of it for 3 s holds. */
const feedMs = 1_000
/** How long the follow may take to begin before the place is given up, ms. */
const beginMs = 30_000

type Fed = { place: LatLon; since: number; began: boolean }

/** The places that this page lets vehicles follow. They are told of while the page is open and the vehicle follows. */
class Follow {
  readonly places = new SvelteMap<string, LatLon>()
  readonly #fed = new Map<string, Fed>()
  #timer: ReturnType<typeof setInterval> | undefined

  begin(vehicle: string, place: LatLon): void {
    this.#fed.set(vehicle, { place, since: performance.now(), began: false })
    this.places.set(vehicle, place)
    this.#timer ??= setInterval(() => this.#feed(), feedMs)
  }

  /** The place is another from now on. */
  move(vehicle: string, place: LatLon): void {
    const f = this.#fed.get(vehicle)
    if (f === undefined) return
    f.place = place
    this.places.set(vehicle, place)
    this.#feed()
  }

  end(vehicle: string): void {
    this.#fed.delete(vehicle)
    this.places.delete(vehicle)
    if (this.#fed.size > 0 || this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #feed(): void {
    for (const [vehicle, f] of this.#fed) {
      const chase = fleet.openSorties.get(vehicle)?.chase
      const follows = chase !== undefined && !chase.target
      if (follows) f.began = true
      if (follows) void this.#tell(vehicle, f.place)
      else if (f.began || performance.now() - f.since > beginMs) this.end(vehicle)
    }
  }

  async #tell(vehicle: string, place: LatLon): Promise<void> {
    try {
      await api.followTarget(vehicle, place)
    } catch (e) {
      // It is over, though this page has not heard of it yet. Of anything else the station makes a hold, and says so.
      if (e instanceof Refusal && e.code === 'not-following') this.end(vehicle)
    }
  }
}

export const follow = new Follow()
