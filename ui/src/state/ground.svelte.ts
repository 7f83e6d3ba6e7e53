import type { Grid } from '../compute/grid'
import { terrain } from '../wire/terrain'

/** The heights of the ground, which do not change while the station runs. */
class Ground {
  grid = $state.raw<Grid | null>(null)

  /** Asks the station for them; without an answer the ground is taken as level. */
  async load(): Promise<void> {
    try {
      this.grid = await terrain()
    } catch {
      this.grid = null
    }
  }
}

export const ground = new Ground()
