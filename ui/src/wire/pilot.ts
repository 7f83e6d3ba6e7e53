import type { PilotInput, PilotStatus, Sticks } from './gen'

/** What a pilot's socket tells its owner. */
export type PilotListener = {
  status: (s: PilotStatus, latencyMs: number | null) => void
  /** It is over; reason is the station's word, or '' when it gave none. */
  end: (reason: string) => void
}

function isStatus(v: unknown): v is PilotStatus {
  return typeof v === 'object' && v !== null && 'stage' in v && 'seq' in v && 'sticks' in v
}

/** The WebSocket of one flight by hand. It never comes back by itself: a flight that ended is begun anew by its pilot. */
export class PilotSocket {
  readonly #socket: WebSocket
  readonly #listener: PilotListener
  #seq = 0
  #reason = ''
  #over = false

  constructor(vehicle: string, grant: string, listener: PilotListener) {
    this.#listener = listener
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
    this.#socket = new WebSocket(`${scheme}//${location.host}/api/v1/vehicles/${encodeURIComponent(vehicle)}/manual?grant=${encodeURIComponent(grant)}`)
    this.#socket.onmessage = (e: MessageEvent<unknown>) => {
      if (typeof e.data !== 'string') return
      const s: unknown = JSON.parse(e.data)
      if (!isStatus(s)) return
      if (s.over) this.#reason = s.reason ?? ''
      listener.status(s, s.t > 0 ? Math.max(0, performance.now() - s.t - s.heldMs) : null)
    }
    this.#socket.onclose = (e) => this.#end(this.#reason === '' ? e.reason : this.#reason)
  }

  /** Sends where the sticks are; called 25 times a second. What the network has not taken yet is not added to. */
  send(sticks: Sticks): void {
    if (this.#socket.readyState !== WebSocket.OPEN || this.#socket.bufferedAmount > 4096) return
    const input: PilotInput = { ...sticks, seq: ++this.#seq, t: performance.now() }
    this.#socket.send(JSON.stringify(input))
  }

  /** Ends the flight: the station lets the vehicle hold. */
  close(reason: string): void {
    this.#socket.close(1000, reason)
    this.#end(reason)
  }

  #end(reason: string): void {
    if (this.#over) return
    this.#over = true
    this.#listener.end(reason)
  }
}
