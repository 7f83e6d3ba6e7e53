import type { LinkItem } from '../wire/gen'
import { shares as list } from '../wire/share'

const everyMs = 5000

/** The links to live cameras, as far as somebody shows them. */
class Shares {
  all = $state.raw<LinkItem[]>([])

  async refresh(): Promise<void> {
    this.all = await list().catch(() => this.all) // what cannot be asked now is asked again
  }

  /** Keeps the list as new as it need be until what it returns is called. */
  follow(): () => void {
    void this.refresh()
    const timer = setInterval(() => void this.refresh(), everyMs)
    return () => clearInterval(timer)
  }
}

export const shares = new Shares()
