// What the simulated camera writes into its picture (simulator/camera/doc.go), read from the frames the browser decoded.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

const source = await readFile(resolve(import.meta.dirname, '../../simulator/camera/timecode.js'), 'utf8')

/** Reads the timecode of the frame that the first <video> within the selector shows now, or null. */
export function readVideo(page, selector) {
  return page.evaluate(
    ([code, at]) => {
      const video = document.querySelector(at)
      if (!video || video.readyState < 2 || video.videoWidth === 0) return null
      const canvas = document.createElement('canvas')
      canvas.width = video.videoWidth
      canvas.height = video.videoHeight
      const c = canvas.getContext('2d')
      c.drawImage(video, 0, 0)
      const image = c.getImageData(0, 0, canvas.width, canvas.height)
      const colours = new Set()
      for (let i = 0; i < image.data.length; i += 4 * 997) colours.add((image.data[i] << 16) | (image.data[i + 1] << 8) | image.data[i + 2])
      return { image: { data: Array.from(image.data), width: image.width, height: image.height }, colours: colours.size, now: Date.now() }
    },
    [source, selector],
  ).then((shot) => {
    if (shot === null) return null
    const code = reader.readTimecode(shot.image)
    return code === null ? null : { ...code, now: shot.now, colours: shot.colours, width: shot.image.width, height: shot.image.height }
  })
}

// The page's policy forbids eval, so that the strip is read here, by the reader that the simulator keeps beside its writer.
const reader = new Function(`${source}; return { readTimecode, tagOf }`)()
export const { tagOf } = reader
