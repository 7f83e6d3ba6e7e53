import { SvelteMap } from 'svelte/reactivity'
import { isAirborne } from '../compute/activity'
import { askable, due, everyMs, oldMs, type Which } from '../compute/wall'
import { cameras } from '../wire/cameras'
import { still, type Still } from '../wire/decode'
import type { CameraItem } from '../wire/gen'
import { Refusal } from '../wire/http'
import { clock } from './clock.svelte'
import { fleet } from './fleet.svelte'

const listMs = 5000
const tickMs = 250

/** What is known of one camera's picture. */
export type Thumb = { atMs: number; failure: unknown }

/** How fast its pictures grow old. */
const pace = (c: CameraItem) => (c.vehicle !== undefined && isAirborne(fleet.vehicles.get(c.vehicle)) ? 'air' : 'ground')

/** From when on its picture is old, ms. */
export const oldAfter = (c: CameraItem) => oldMs[pace(c)]

/** Whether the station has judged that a picture may not be shown now; the list of cameras says so later. */
export const isShut = (c: CameraItem) => fleet.pictures.get(c.id)?.show === false

/** The wall of all cameras. It asks for pictures while it is open, of what is in sight, a few at a time. */
class Wall {
  which = $state<Which>('all')
  list = $state.raw<CameraItem[]>([])
  failure = $state.raw<unknown>(null)
  readonly thumbs = new SvelteMap<string, Thumb>()
  readonly #sight = new Map<string, (s: Still | null) => void>()
  readonly #asked = new Map<string, number>()
  readonly #busy = new Set<string>()

  /** Keeps the wall going until the returned function is called. */
  start(): () => void {
    void this.#look()
    const look = setInterval(() => void this.#look(), listMs)
    const ask = setInterval(() => this.#ask(), tickMs)
    return () => {
      clearInterval(look)
      clearInterval(ask)
      this.thumbs.clear()
      this.#asked.clear()
    }
  }

  /** Says that a camera is in sight: draw gets its pictures, null for none, until the returned function is called. */
  watch(id: string, draw: (s: Still | null) => void): () => void {
    this.#sight.set(id, draw)
    return () => {
      if (this.#sight.get(id) === draw) this.#sight.delete(id)
    }
  }

  async #look(): Promise<void> {
    try {
      this.list = await cameras()
      this.failure = null
    } catch (e) {
      this.failure = e
    }
    // What may not be shown any more is taken away; an answer that was on its way is not drawn either.
    for (const c of this.list) if (c.code !== undefined || isShut(c)) this.#clear(c.id)
  }

  #clear(id: string): void {
    this.thumbs.delete(id)
    this.#sight.get(id)?.(null)
  }

  #ask(): void {
    const sight = new Map(this.list.filter((c) => this.#sight.has(c.id) && askable(c) && !isShut(c)).map((c) => [c.id, everyMs[pace(c)]]))
    for (const id of due(sight, this.#asked, this.#busy, clock.exact())) void this.#take(id)
  }

  async #take(id: string): Promise<void> {
    this.#busy.add(id)
    this.#asked.set(id, clock.exact())
    try {
      const s = await still(id)
      const draw = this.#sight.get(id)
      const camera = this.list.find((c) => c.id === id)
      if (draw && camera && camera.code === undefined && !isShut(camera)) {
        this.thumbs.set(id, { atMs: s.atMs, failure: null })
        draw(s)
      }
      s.image.close()
    } catch (e) {
      if (e instanceof Refusal && e.status === 409) this.#clear(id) // the gate has shut
      this.thumbs.set(id, { atMs: this.thumbs.get(id)?.atMs ?? 0, failure: e })
    } finally {
      this.#busy.delete(id)
    }
  }
}

export const wall = new Wall()
