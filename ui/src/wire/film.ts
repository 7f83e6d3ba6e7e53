import type { Segment } from './gen'
import { segmentFile } from './api'
import { send } from './http'

const aheadS = 20
const behindS = 60

/** Whether this browser plays a codec, named as in RFC 6381. */
export const plays = (codec: string) => codec !== '' && 'MediaSource' in globalThis && MediaSource.isTypeSupported(`video/mp4; codecs="${codec}"`)

/** Plays a recording in a video element: its segments are fetched as they are needed (Media Source Extensions). */
export class Film {
  readonly #video: HTMLVideoElement
  readonly #id: string
  readonly #failed: (e: unknown) => void
  readonly #source = new MediaSource()
  readonly #url = URL.createObjectURL(this.#source)
  #parts: readonly Segment[]
  #buffer: SourceBuffer | null = null
  readonly #there = new Set<number>()
  #busy = false
  #over = false
  #codec = ''

  /** totalS is the whole length in seconds; failed is told why it does not go on. */
  constructor(video: HTMLVideoElement, id: string, parts: readonly Segment[], totalS: number, failed: (e: unknown) => void) {
    this.#video = video
    this.#id = id
    this.#parts = parts
    this.#failed = failed
    video.src = this.#url
    this.#source.addEventListener('sourceopen', () => {
      this.#source.duration = totalS
      void this.#fill()
    }, { once: true })
    video.addEventListener('timeupdate', this.#wanted)
    video.addEventListener('seeking', this.#wanted)
  }

  /** Takes in what was recorded meanwhile. */
  extend(parts: readonly Segment[], totalS: number): void {
    this.#parts = parts
    if (this.#source.readyState !== 'open') return
    if (totalS > this.#source.duration && this.#buffer?.updating !== true) this.#source.duration = totalS
    void this.#fill()
  }

  close(): void {
    this.#over = true
    this.#video.removeEventListener('timeupdate', this.#wanted)
    this.#video.removeEventListener('seeking', this.#wanted)
    this.#video.removeAttribute('src')
    this.#video.load()
    URL.revokeObjectURL(this.#url)
  }

  readonly #wanted = () => void this.#fill()

  /** The next segment that is needed and not there. */
  #next(): Segment | undefined {
    const now = this.#video.currentTime
    return this.#parts.find((s) => {
      const end = s.baseS + (Date.parse(s.to) - Date.parse(s.from)) / 1000
      return end > now && s.baseS < now + aheadS && !this.#there.has(s.n)
    })
  }

  async #fill(): Promise<void> {
    if (this.#busy || this.#over || this.#source.readyState !== 'open') return
    this.#busy = true
    try {
      for (let s = this.#next(); s !== undefined && !this.#over; s = this.#next()) {
        const data = await (await send('GET', segmentFile(this.#id, s.n))).arrayBuffer()
        if (this.#over || this.#source.readyState !== 'open') return
        await this.#append(s, data)
      }
    } catch (e) {
      if (!this.#over) this.#failed(e)
    } finally {
      this.#busy = false
    }
  }

  async #append(s: Segment, data: ArrayBuffer): Promise<void> {
    const type = `video/mp4; codecs="${s.codec}"`
    if (this.#buffer === null) this.#buffer = this.#source.addSourceBuffer(type)
    else if (this.#codec !== s.codec) this.#buffer.changeType(type)
    this.#codec = s.codec
    const buffer = this.#buffer
    await done(buffer, () => buffer.appendBuffer(data))
    this.#there.add(s.n)
    // What lies far behind makes room; it is fetched again if somebody goes back.
    const old = this.#video.currentTime - behindS
    if (old > 0) {
      await done(buffer, () => buffer.remove(0, old))
      for (const p of this.#parts) if (p.baseS < old) this.#there.delete(p.n)
    }
  }
}

/** Waits until a buffer has done what it was told. */
function done(buffer: SourceBuffer, act: () => void): Promise<void> {
  return new Promise((take, fail) => {
    buffer.addEventListener('updateend', () => take(), { once: true })
    buffer.addEventListener('error', () => fail(new Error('the browser does not take the segment')), { once: true })
    act()
  })
}
