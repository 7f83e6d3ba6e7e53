import type { EventsMessage } from './gen'
import * as api from './api'
import { Refusal } from './http'

export type Link = 'connecting' | 'open' | 'lost'

/** What the socket tells its owner. */
export type Listener = {
  message: (m: EventsMessage) => void
  link: (l: Link) => void
  /** The station does not know us any more. */
  signedOut: () => void
}

const firstWaitMs = 400
const longestWaitMs = 8_000
const quietMs = 6_000

/** The wait before try number n (0, 1, …): doubling, bounded, spread by up to a quarter so that consoles do not knock in step. */
export function backoff(n: number, random: number): number {
  const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(n, 10))
  return wait * (0.875 + random * 0.25)
}

function isMessage(v: unknown): v is EventsMessage {
  return typeof v === 'object' && v !== null && 'type' in v && (v.type === 'snapshot' || v.type === 'delta') && 'entries' in v && Array.isArray(v.entries)
}

/** Keeps one WebSocket to the station's events until it is closed by its owner. */
export class Events {
  readonly #listener: Listener
  #socket: WebSocket | null = null
  #tries = 0
  #heardAt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setInterval> | undefined
  #closed = false

  constructor(listener: Listener) {
    this.#listener = listener
    this.#open()
    this.#watch = setInterval(() => void this.#listen(), 1_000)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    clearInterval(this.#watch)
    this.#socket?.close()
  }

  #open(): void {
    this.#listener.link(this.#tries === 0 ? 'connecting' : 'lost')
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(`${scheme}//${location.host}/api/v1/events`)
    this.#socket = socket
    this.#heardAt = Date.now()
    socket.onmessage = (e: MessageEvent<unknown>) => {
      if (this.#socket !== socket || typeof e.data !== 'string') return
      const m: unknown = JSON.parse(e.data)
      if (!isMessage(m)) return
      this.#heardAt = Date.now()
      if (m.type === 'snapshot') {
        this.#tries = 0
        this.#listener.link('open')
      }
      this.#listener.message(m)
    }
    socket.onclose = (e) => {
      if (this.#socket !== socket) return
      if (e.reason === 'session-ended') {
        this.#listener.signedOut()
        return
      }
      this.#lose()
    }
  }

  #lose(): void {
    this.#socket = null
    if (this.#closed) return
    this.#listener.link('lost')
    const wait = backoff(this.#tries++, Math.random())
    this.#retry = setTimeout(() => void this.#again(), wait)
  }

  // A refused WebSocket does not say why, so ask in a way that does before knocking again.
  async #again(): Promise<void> {
    try {
      await api.session()
    } catch (e) {
      if (e instanceof Refusal && e.status === 401) {
        this.#listener.signedOut()
        return
      }
    }
    if (!this.#closed) this.#open()
  }

  // A socket can be dead without knowing: when nothing came for a while, see whether the station answers at all.
  async #listen(): Promise<void> {
    const socket = this.#socket
    if (socket === null || Date.now() - this.#heardAt < quietMs) return
    this.#heardAt = Date.now()
    if (socket.readyState === WebSocket.OPEN) {
      try {
        await api.session()
        return
      } catch {
        // falls through: it does not answer
      }
    }
    if (this.#socket !== socket) return
    socket.onclose = null
    socket.close()
    this.#lose()
  }
}
