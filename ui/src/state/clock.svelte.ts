/** The console's sense of time: a slow tick for ages, and how far our clock is from the station's. */
const tickMs = 500

class Clock {
  /** The station's time, ms since 1970, as of the last tick. */
  now = $state(Date.now())
  #ahead = 0
  #still: number | null = null

  constructor() {
    setInterval(() => this.#tick(), tickMs)
  }

  /** The station's time this instant, not reactive. */
  exact(): number {
    return this.#still ?? Date.now() + this.#ahead
  }

  /**
   * Hears the station's clock in a message. Messages come late and never early, so the largest difference is the
   * nearest to the truth; it is let go slowly in case a clock is set.
   */
  hear(stationNow: string, first: boolean): void {
    const at = Date.parse(stationNow)
    if (Number.isNaN(at)) return
    const ahead = at - Date.now()
    this.#ahead = first || ahead > this.#ahead ? ahead : this.#ahead + (ahead - this.#ahead) * 0.02
  }

  /** Stands still at the time of a record that does not go on; null: goes on. */
  stand(at: string | null): void {
    this.#still = at === null ? null : Date.parse(at)
  }

  #tick(): void {
    this.now = this.exact()
  }
}

export const clock = new Clock()
