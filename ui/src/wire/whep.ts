import { send } from './http'

/** What a viewer of one camera hears about its picture. */
export interface Watching {
  /** The connection carries media now, or no longer. */
  connected(yes: boolean): void
  /** The connection is over; start anew to see more. */
  ended(): void
}

const gatherMs = 1500

/** One browser watching one camera by WHEP (RFC 9725): an offer, its answer, and media that only comes to us. */
export class Viewer {
  readonly #peer = new RTCPeerConnection()
  #location: string | null = null
  #closed = false

  constructor(video: HTMLVideoElement, heard: Watching) {
    this.#peer.addTransceiver('video', { direction: 'recvonly' })
    this.#peer.ontrack = (e) => {
      // The picture is for acting on: show what came last, do not smooth.
      e.receiver.jitterBufferTarget = 0
      video.srcObject = e.streams[0] ?? new MediaStream([e.track])
    }
    this.#peer.onconnectionstatechange = () => {
      const state = this.#peer.connectionState
      heard.connected(state === 'connected')
      if (state === 'failed' || state === 'closed') heard.ended()
    }
  }

  /** Offers and takes the answer; throws the station's Refusal. */
  async start(camera: string): Promise<void> {
    await this.#peer.setLocalDescription(await this.#peer.createOffer())
    await this.#gathered()
    const offer = this.#peer.localDescription?.sdp ?? ''
    const answer = await send('POST', `/cameras/${encodeURIComponent(camera)}/whep`, offer, 'application/sdp')
    this.#location = answer.headers.get('Location')
    const sdp = await answer.text()
    if (this.#closed) {
      this.#leave()
      return
    }
    await this.#peer.setRemoteDescription({ type: 'answer', sdp })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#peer.close()
    this.#leave()
  }

  #leave(): void {
    const place = this.#location
    this.#location = null
    if (place?.startsWith('/api/v1/')) void send('DELETE', place.slice('/api/v1'.length)).catch(() => undefined) // it ends by itself too
  }

  /** All addresses are in the offer, since nothing is told later; a browser that finds them slowly is not waited for. */
  #gathered(): Promise<void> {
    const peer = this.#peer
    return new Promise((done) => {
      if (peer.iceGatheringState === 'complete') return done()
      setTimeout(done, gatherMs)
      peer.addEventListener('icegatheringstatechange', () => peer.iceGatheringState === 'complete' && done())
    })
  }
}
