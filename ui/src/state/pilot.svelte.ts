import { flyKeys, follow, isNeutral, keysWant, neutral, padSticks } from '../compute/sticks'
import type { Command, PilotStatus, Sticks } from '../wire/gen'
import { PilotSocket } from '../wire/pilot'

/** How often the sticks are sent, milliseconds. */
const every = 40

/** A flight by hand of this console. */
export type Flight = {
  vehicle: string
  grant: string
  status: PilotStatus | null
  /** When the station was last heard, of performance.now(). */
  heardAt: number
  latencyMs: number | null
  sticks: Sticks
  source: 'keys' | 'gamepad'
}

class Pilot {
  flight = $state.raw<Flight | null>(null)
  /** How the last flight ended, until it is read. */
  ended = $state.raw<{ vehicle: string; reason: string } | null>(null)
  #socket: PilotSocket | null = null
  #timer: ReturnType<typeof setInterval> | undefined
  #down = new Set<string>()
  #at = 0

  /** Begins to send the sticks for a vehicle that the station has given us. */
  begin(vehicle: string, command: Command): void {
    this.release('')
    this.ended = null
    this.#down.clear()
    this.#at = performance.now()
    this.flight = { vehicle, grant: command.id, status: null, heardAt: this.#at, latencyMs: null, sticks: neutral, source: 'keys' }
    this.#socket = new PilotSocket(vehicle, command.id, {
      status: (status, latencyMs) => this.#change({ status, latencyMs, heardAt: performance.now() }),
      end: (reason) => this.#end(reason),
    })
    this.#timer = setInterval(() => this.#tick(), every)
  }

  /** Lets go: the socket is closed, and the station lets the vehicle hold. */
  release(reason: string): void {
    this.#socket?.close(reason)
  }

  /** A key of the sticks went down or up; says whether it was one. */
  key(code: string, down: boolean): boolean {
    if (this.flight === null || !flyKeys.has(code)) return false
    if (down) this.#down.add(code)
    else this.#down.delete(code)
    return true
  }

  /** No key counts as down any more. */
  letKeysGo(): void {
    this.#down.clear()
  }

  #tick(): void {
    const f = this.flight
    if (f === null) return
    const now = performance.now()
    const pad = navigator.getGamepads().find((g) => g !== null && g.connected && g.axes.length >= 4) ?? null
    const held = pad === null ? neutral : padSticks(pad.axes)
    const byKeys = follow(f.source === 'keys' ? f.sticks : neutral, keysWant(this.#down), now - this.#at)
    this.#at = now
    // Whichever is moved steers; keys first.
    const keys = this.#down.size > 0 || pad === null || isNeutral(held)
    const sticks = keys ? byKeys : held
    this.#socket?.send(sticks)
    this.#change({ sticks, source: keys && (pad === null || this.#down.size > 0) ? 'keys' : pad === null ? 'keys' : 'gamepad' })
  }

  #change(patch: Partial<Flight>): void {
    if (this.flight !== null) this.flight = { ...this.flight, ...patch }
  }

  #end(reason: string): void {
    clearInterval(this.#timer)
    const f = this.flight
    this.#socket = null
    this.flight = null
    this.#down.clear()
    if (f !== null && reason !== '') this.ended = { vehicle: f.vehicle, reason }
  }
}

export const pilot = new Pilot()
