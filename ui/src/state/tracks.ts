import type { Vehicle } from '../wire/gen'

const everyMs = 1_000
const keep = 900
/** What lies further back, or ahead, is another flight: a replay went to another time. */
const apartMs = 60_000

type Track = { points: [number, number][]; lastAt: number }

/** Where each flying vehicle was since this page was opened: a point a second, a quarter of an hour at most. */
export class Tracks {
  readonly #tracks = new Map<string, Track>()

  hear(v: Vehicle, airborne: boolean, nowMs: number): void {
    if (!airborne) {
      const old = this.#tracks.get(v.id)
      if (old && nowMs - old.lastAt > 60_000) this.#tracks.delete(v.id)
      return
    }
    if (!v.position) return
    let track = this.#tracks.get(v.id)
    if (track && (nowMs < track.lastAt || nowMs - track.lastAt > apartMs)) track = undefined
    if (!track) this.#tracks.set(v.id, (track = { points: [], lastAt: 0 }))
    if (nowMs - track.lastAt < everyMs) return
    track.lastAt = nowMs
    track.points.push([v.position.lon, v.position.lat])
    if (track.points.length > keep) track.points.shift()
  }

  of(id: string): [number, number][] {
    return this.#tracks.get(id)?.points ?? []
  }
}
