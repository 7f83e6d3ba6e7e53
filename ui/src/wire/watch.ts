import { frameTime, type FrameTime } from '../compute/frameTime'
import type { PictureLayer } from './gen'
import { HlsViewer } from './hls'
import { Refusal } from './http'
import type { PictureSource } from './pictureSource'
import { Viewer } from './whep'

/** How a picture comes: by WebRTC at once, or over the same HTTP as everything else some time later. */
export type Way = 'webrtc' | 'hls'

/** How long WebRTC may take to bring a picture before HLS is tried, ms: at first, and after it brought none before. */
const patientMs = 5000
const wiserMs = 1500

/** How often the station is asked which of the camera's pictures it sends, ms. */
const layerEveryMs = 2000

/** What one who watches a camera hears. */
export interface Watched {
  /** By which way its pictures are to come now. */
  way(w: Way): void
  /** A picture was shown, so far behind the newest one, s; 0 where that is not buffered; and whether it is transcoded. */
  picture(behindS: number, transcoded: boolean): void
  /** Which of the camera's pictures is sent, and whether there is a choice. */
  layer?(now: PictureLayer, choice: boolean): void
  /** It is over, with what the station refused if that was why; start anew to see more. */
  ended(refusal?: unknown): void
}

/** Calls f once, when the next picture is shown; gives what calls that off. */
function nextPicture(video: HTMLVideoElement, f: () => void): () => void {
  if ('requestVideoFrameCallback' in HTMLVideoElement.prototype) {
    const n = video.requestVideoFrameCallback(f)
    return () => video.cancelVideoFrameCallback(n)
  }
  video.addEventListener('timeupdate', f, { once: true })
  return () => video.removeEventListener('timeupdate', f)
}

/** One browser watching one camera, by WebRTC, or by HLS where that brings no picture in time or is not there at all. */
export class Watch {
  /** Whether this page has seen a picture by HLS because none came by WebRTC. */
  static #blocked = false

  readonly #video: HTMLVideoElement
  readonly #source: PictureSource
  readonly #heard: Watched
  #viewer: Viewer | HlsViewer | undefined
  #way: Way = 'webrtc'
  #slow: ReturnType<typeof setTimeout> | undefined
  #unwait: () => void = () => undefined
  #asking: ReturnType<typeof setInterval> | undefined
  #want: PictureLayer['want']
  #over = false

  /** want is which of the camera's pictures, if it has several, is asked for first. */
  constructor(video: HTMLVideoElement, source: PictureSource, heard: Watched, want: PictureLayer['want'] = 'auto') {
    this.#want = want
    this.#video = video
    this.#source = source
    this.#heard = heard
    this.#await()
    if ('RTCPeerConnection' in globalThis) this.#byWebRTC()
    else this.#byHls()
  }

  /** The time of the picture that is shown, by its RTP time where it came by WebRTC; null: it is not known. */
  async time(rtp: number | undefined): Promise<FrameTime | null> {
    const viewer = this.#viewer
    if (viewer instanceof HlsViewer) return viewer.time()
    return viewer === undefined ? null : frameTime(await viewer.clock(), rtp)
  }

  /** Asks for another of the camera's pictures. */
  async choose(want: PictureLayer['want']): Promise<void> {
    this.#want = want
    const viewer = this.#viewer
    if (!(viewer instanceof Viewer)) return
    try {
      await viewer.choose(want)
    } catch (e) {
      if (e instanceof Refusal && e.code === 'unknown-viewer') return // it has ended; the next one asks for it
      throw e
    }
    await this.#layer(viewer)
  }

  close(): void {
    if (this.#over) return
    this.#over = true
    clearInterval(this.#asking)
    clearTimeout(this.#slow)
    this.#unwait()
    this.#viewer?.close()
    this.#video.srcObject = null
  }

  // Browsers that tell of no frame tell at least that time goes on, some times a second.
  #await(): void {
    this.#unwait = nextPicture(this.#video, () => {
      clearTimeout(this.#slow)
      Watch.#blocked = this.#way === 'hls'
      const viewer = this.#viewer
      if (viewer instanceof HlsViewer) this.#heard.picture(viewer.behindS(), false)
      else this.#heard.picture(0, viewer?.transcoded ?? false)
      this.#await()
    })
  }

  #byWebRTC(): void {
    const viewer = new Viewer(this.#video, () => this.#viewer === viewer && this.#end())
    this.#viewer = viewer
    this.#heard.way('webrtc')
    viewer.start(this.#source).then(() => this.#begun(viewer)).catch((e: unknown) => this.#viewer === viewer && this.#end(e))
    this.#slow = setTimeout(() => {
      viewer.close()
      this.#video.srcObject = null
      this.#byHls()
    }, Watch.#blocked ? wiserMs : patientMs)
  }

  async #begun(viewer: Viewer): Promise<void> {
    if (this.#over || this.#viewer !== viewer || !this.#heard.layer) return
    if (this.#want !== 'auto') await viewer.choose(this.#want)
    this.#asking = setInterval(() => void this.#layer(viewer), layerEveryMs)
    await this.#layer(viewer)
  }

  async #layer(viewer: Viewer): Promise<void> {
    const now = await viewer.layer()
    if (now !== null && !this.#over && this.#viewer === viewer) this.#heard.layer?.(now, viewer.layered)
  }

  #byHls(): void {
    clearInterval(this.#asking)
    const viewer = new HlsViewer(this.#video)
    this.#viewer = viewer
    this.#way = 'hls'
    this.#heard.way('hls')
    viewer.start(this.#source, (e) => this.#end(e)).catch((e: unknown) => this.#end(e))
  }

  #end(refusal?: unknown): void {
    if (this.#over) return
    this.close()
    this.#heard.ended(refusal)
  }
}
