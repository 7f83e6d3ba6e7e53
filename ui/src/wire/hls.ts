/** How long WebRTC may take to bring a picture before HLS is tried, ms. */
export const hlsAfterMs = 5000

/** One browser watching one camera by Low-Latency HLS, for where WebRTC does not come through. */
export class HlsViewer {
  readonly #video: HTMLVideoElement
  #over = false
  #end: () => void = () => undefined

  constructor(video: HTMLVideoElement) {
    this.#video = video
  }

  /** Begins; failed is told once that it does not go on. */
  async start(camera: string, failed: () => void): Promise<void> {
    const address = `/api/v1/cameras/${encodeURIComponent(camera)}/hls/index.m3u8`
    const { default: Hls } = await import('hls.js')
    if (this.#over) return
    if (!Hls.isSupported()) {
      this.#video.src = address // a browser without Media Source Extensions plays HLS itself, or nothing
      this.#video.addEventListener('error', failed, { once: true })
      this.#end = () => {
        this.#video.removeEventListener('error', failed)
        this.#video.removeAttribute('src')
        this.#video.load()
      }
      return
    }
    const hls = new Hls({ lowLatencyMode: true, enableWorker: false, backBufferLength: 5 })
    this.#end = () => hls.destroy()
    hls.on(Hls.Events.ERROR, (_, e) => {
      if (e.fatal && !this.#over) failed()
    })
    hls.loadSource(address)
    hls.attachMedia(this.#video)
  }

  close(): void {
    if (this.#over) return
    this.#over = true
    this.#end()
  }
}
