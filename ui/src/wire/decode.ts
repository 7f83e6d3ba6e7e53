import { avcName } from '../compute/annexb'
import { keyPicture, snapshot } from './cameras'
import { Refusal } from './http'

/** A picture to be drawn once, and when it came to the station. Whoever draws it closes it. */
export type Still = { image: VideoFrame | ImageBitmap; atMs: number }

const thumbWidth = 480

/** The newest picture of a camera: its key picture decoded here, or JPEG where the page may not decode (no secure origin). */
export async function still(camera: string): Promise<Still> {
  if (!('VideoDecoder' in globalThis)) {
    const { picture, atMs } = await snapshot(camera, thumbWidth)
    return { image: await createImageBitmap(picture), atMs }
  }
  const key = await keyPicture(camera)
  const codec = key.codec === 'h264' ? avcName(key.data) : ''
  if (codec === '' || !(await VideoDecoder.isConfigSupported({ codec })).supported) {
    throw new Refusal(0, { code: 'codec-unplayable', message: key.codec })
  }
  return { image: await decode(key.data, codec), atMs: key.atMs }
}

function decode(data: Uint8Array<ArrayBuffer>, codec: string): Promise<VideoFrame> {
  return new Promise((take, fail) => {
    let taken = false
    const decoder = new VideoDecoder({
      output(frame) {
        if (taken) return frame.close()
        taken = true
        take(frame)
      },
      error: fail,
    })
    decoder.configure({ codec, optimizeForLatency: true })
    decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data }))
    void decoder.flush().then(() => {
      if (!taken) fail(new Error('no picture'))
      decoder.close()
    }, fail)
  })
}
