import { progress, type Progress } from '../compute/acts'
import type { Command } from '../wire/gen'
import { clock } from './clock.svelte'
import { fleet } from './fleet.svelte'

/** One act that this console's operator asked for. */
export type Ask = {
  key: number
  vehicle: string
  act: string
  at: number
  /** The station's record of it, once it answered. */
  command?: string
  /** For an act without a record: seen to be so. */
  observed?: () => boolean
  /** Why it was refused at the door. */
  failure?: string
}

const keep = 40

/** What was asked for on this page, newest first. Nothing here is ever done by a click alone. */
class Acts {
  asks = $state.raw<Ask[]>([])
  #next = 1

  /** Asks for an act. explain puts a failed call into words. */
  async ask(vehicle: string, act: string, call: () => Promise<Command>, explain: (e: unknown) => string): Promise<void> {
    const key = this.#put(vehicle, act)
    try {
      const command = await call()
      this.#change(key, { command: command.id })
    } catch (e) {
      this.#change(key, { failure: explain(e) })
    }
  }

  /** Asks for something that leaves no record but shows in what the station says. */
  async watch(vehicle: string, act: string, call: () => Promise<unknown>, observed: () => boolean, explain: (e: unknown) => string): Promise<void> {
    const key = this.#put(vehicle, act)
    try {
      await call()
      this.#change(key, { observed })
    } catch (e) {
      this.#change(key, { failure: explain(e) })
    }
  }

  /** Takes in acts that the station recorded for one wish on many vehicles. */
  adopt(commands: Command[]): void {
    for (const c of commands) this.#change(this.#put(c.vehicle, c.act), { command: c.id })
  }

  #put(vehicle: string, act: string): number {
    const key = this.#next++
    this.asks = [{ key, vehicle, act, at: clock.exact() }, ...this.asks].slice(0, keep)
    return key
  }

  #change(key: number, patch: Partial<Ask>): void {
    this.asks = this.asks.map((a) => (a.key === key ? { ...a, ...patch } : a))
  }
}

export const acts = new Acts()

/** How an ask goes by what the station says now; reactive. */
export function howGoes(a: Ask): Progress {
  if (a.failure !== undefined) return { state: 'refused', reason: a.failure }
  if (a.command !== undefined) {
    const c = fleet.commands.get(a.command)
    return c === undefined ? { state: 'sent' } : progress(c)
  }
  if (a.observed !== undefined) return { state: a.observed() ? 'done' : 'sent' }
  return { state: 'asked' }
}
