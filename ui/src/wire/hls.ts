import type { FrameTime } from '../compute/frameTime'
import { bearing, Refusal, send } from './http'
import type { PictureSource } from './pictureSource'

/** How far a Low-Latency HLS player stays behind by itself, s. */
const typicalS = 2
const playlistType = 'application/vnd.apple.mpegurl'

/** One browser watching one camera by Low-Latency HLS, for where WebRTC does not come through. */
export class HlsViewer {
  readonly #video: HTMLVideoElement
  #closed = false
  #end: () => void = () => undefined
  #behind: () => number = () => typicalS
  #date: () => Date | null = () => null

  constructor(video: HTMLVideoElement) {
    this.#video = video
  }

  /** Begins; throws the station's Refusal. failed is told that it does not go on, with a Refusal if this browser cannot play it. */
  async start({ path: below, token }: PictureSource, failed: (why?: Refusal) => void): Promise<void> {
    const path = `${below}/hls/index.m3u8`
    const [{ default: Hls }] = await Promise.all([import('hls.js'), send('GET', path, undefined, undefined, token)])
    if (this.#closed) return
    const address = `/api/v1${path}`
    if (!Hls.isSupported()) {
      if (this.#video.canPlayType(playlistType) !== '') return this.#plain(address, failed)
      return failed(new Refusal(0, { code: 'codec-unplayable', message: 'no Media Source Extensions' }))
    }
    const xhrSetup = (x: XMLHttpRequest) => Object.entries(bearing(token)).forEach(([name, value]) => x.setRequestHeader(name, value))
    const hls = new Hls({ lowLatencyMode: true, enableWorker: false, backBufferLength: 5, xhrSetup })
    this.#end = () => hls.destroy()
    this.#behind = () => hls.latency || typicalS
    this.#date = () => hls.playingDate
    hls.on(Hls.Events.ERROR, (_, e) => {
      if (!e.fatal || this.#closed) return
      const unplayable = e.details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR
      failed(unplayable ? new Refusal(0, { code: 'codec-unplayable', message: e.error.message }) : undefined)
    })
    hls.loadSource(address)
    hls.attachMedia(this.#video)
  }

  /** A browser without Media Source Extensions plays HLS itself, or nothing. It sends no token: a cookie of the viewing stands for it. */
  #plain(address: string, failed: () => void): void {
    const over = () => failed()
    this.#video.addEventListener('error', over, { once: true })
    this.#video.src = address
    this.#end = () => {
      this.#video.removeEventListener('error', over)
      this.#video.removeAttribute('src')
      this.#video.load()
    }
  }

  /** How far what is shown lies behind the newest part of the stream, s. */
  behindS(): number {
    return this.#behind()
  }

  /** The time of the picture that is shown, by the playlist, which does not say whose clock that is. */
  time(): FrameTime | null {
    const date = this.#date()
    return date === null ? null : { ms: date.getTime(), by: 'arrival' }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#end()
  }
}
