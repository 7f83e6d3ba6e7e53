import type { Stand } from '../compute/footage'
import type { Point } from '../wire/gen'

/** The recording that is looked at, for the map beside it. */
class Playback {
  /** Where its camera was. */
  track = $state.raw<Point[]>([])
  /** Where it was when the picture that is shown came. */
  head = $state.raw<Stand | null>(null)

  clear(): void {
    this.track = []
    this.head = null
  }
}

export const playback = new Playback()
