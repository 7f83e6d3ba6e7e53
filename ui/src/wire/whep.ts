import { iceServers } from '../compute/links'
import type { PictureClock, PictureLayer } from './gen'
import { call, send } from './http'
import type { PictureSource } from './pictureSource'

const gatherMs = 1500

/** One browser watching one camera by WHEP (RFC 9725): an offer, its answer, and media that only comes to us. */
export class Viewer {
  /** The STUN and TURN servers that the station told last: it tells them with an answer, and they belong into an offer. */
  static #servers: RTCIceServer[] = []

  readonly #video: HTMLVideoElement
  readonly #ended: () => void
  #peer: RTCPeerConnection | undefined
  #location: string | null = null
  #token: string | undefined
  #closed = false
  #transcoded = false
  #layered = false

  /** ended is told when the connection is over. */
  constructor(video: HTMLVideoElement, ended: () => void) {
    this.#video = video
    this.#ended = ended
  }

  /** Offers and takes the answer; throws the station's Refusal. An answer that tells of other servers is followed by one offer more. */
  async start({ path, token }: PictureSource): Promise<void> {
    this.#token = token
    for (let first = true; !this.#closed; first = false) {
      const peer = this.#open()
      const known = JSON.stringify(Viewer.#servers)
      await peer.setLocalDescription(await peer.createOffer())
      await gathered(peer)
      const answer = await send('POST', `${path}/whep`, peer.localDescription?.sdp ?? '', 'application/sdp', token)
      this.#location = answer.headers.get('Location')
      this.#transcoded = answer.headers.has('Transcoded-From')
      this.#layered = answer.headers.has('Picture-Layers')
      const sdp = await answer.text()
      Viewer.#servers = iceServers(answer.headers.get('Link'))
      if (this.#closed || (first && JSON.stringify(Viewer.#servers) !== known)) {
        this.#leave()
        continue
      }
      return peer.setRemoteDescription({ type: 'answer', sdp })
    }
  }

  #open(): RTCPeerConnection {
    this.#peer?.close()
    const peer = new RTCPeerConnection({ iceServers: Viewer.#servers })
    this.#peer = peer
    peer.addTransceiver('video', { direction: 'recvonly' })
    peer.ontrack = (e) => {
      // The picture is for acting on: show what came last, do not smooth.
      e.receiver.jitterBufferTarget = 0
      this.#video.srcObject = e.streams[0] ?? new MediaStream([e.track])
    }
    peer.onconnectionstatechange = () => {
      if (this.#peer === peer && (peer.connectionState === 'failed' || peer.connectionState === 'closed')) this.#ended()
    }
    return peer
  }

  /** Which time its pictures are of, by the station; null: it does not say. */
  async clock(): Promise<PictureClock | null> {
    const place = this.#place()
    if (place === '') return null
    return call<PictureClock>('GET', `${place}/clock`).catch(() => null)
  }

  /** Which of the camera's pictures is sent, by the station; null: it does not say. */
  async layer(): Promise<PictureLayer | null> {
    const place = this.#place()
    if (place === '' || this.#token !== undefined) return null
    const now = await call<PictureLayer>('GET', `${place}/layer`).catch(() => null)
    if (now !== null) this.#layered = now.choice
    return now
  }

  /** Asks for one of the camera's pictures. */
  async choose(want: PictureLayer['want']): Promise<void> {
    const place = this.#place()
    if (place !== '' && this.#layered) await call('PUT', `${place}/layer`, { want })
  }

  /** Whether there is a choice of pictures. */
  get layered(): boolean {
    return this.#layered
  }

  /** Whether the station makes its picture from another, that this browser does not play. */
  get transcoded(): boolean {
    return this.#transcoded
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#peer?.close()
    this.#leave()
  }

  #leave(): void {
    const place = this.#place()
    this.#location = null
    if (place !== '') void send('DELETE', place, undefined, undefined, this.#token).catch(() => undefined) // it ends by itself too
  }

  #place(): string {
    return this.#location?.startsWith('/api/v1/') ? this.#location.slice('/api/v1'.length) : ''
  }
}

/** All addresses are in the offer, since nothing is told later; a browser that finds them slowly is not waited for. */
function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise((done) => {
    if (peer.iceGatheringState === 'complete') return done()
    setTimeout(done, gatherMs)
    peer.addEventListener('icegatheringstatechange', () => peer.iceGatheringState === 'complete' && done())
  })
}
