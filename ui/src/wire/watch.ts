import { frameTime, type FrameTime } from '../compute/frameTime'
import { HlsViewer } from './hls'
import type { PictureSource } from './pictureSource'
import { Viewer } from './whep'

/** How a picture comes: by WebRTC at once, or over the same HTTP as everything else some time later. */
export type Way = 'webrtc' | 'hls'

/** How long WebRTC may take to bring a picture before HLS is tried, ms: at first, and after it brought none before. */
const patientMs = 5000
const wiserMs = 1500

/** What one who watches a camera hears. */
export interface Watched {
  /** By which way its pictures are to come now. */
  way(w: Way): void
  /** A picture was shown, so far behind the newest one, s; 0 where that is not buffered; and whether it is transcoded. */
  picture(behindS: number, transcoded: boolean): void
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
  #over = false

  constructor(video: HTMLVideoElement, source: PictureSource, heard: Watched) {
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

  close(): void {
    if (this.#over) return
    this.#over = true
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
    viewer.start(this.#source).catch((e: unknown) => this.#viewer === viewer && this.#end(e))
    this.#slow = setTimeout(() => {
      viewer.close()
      this.#video.srcObject = null
      this.#byHls()
    }, Watch.#blocked ? wiserMs : patientMs)
  }

  #byHls(): void {
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
