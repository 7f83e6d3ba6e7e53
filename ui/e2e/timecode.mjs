// What the simulated camera writes into its picture (simulator/camera/doc.go), read from the frames the browser decoded.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

const reader = await readFile(resolve(import.meta.dirname, '../../simulator/camera/timecode.js'), 'utf8')

/** The timecode of the frame that the <video> shows now, with its size and how many colours were seen in it, or null. */
export function readVideo(page, selector) {
  return page.evaluate(`(() => {
    ${reader}
    const video = document.querySelector(${JSON.stringify(selector)})
    if (!video || video.readyState < 2 || video.videoWidth === 0) return null
    const canvas = document.createElement('canvas')
    const [width, height] = [canvas.width = video.videoWidth, canvas.height = video.videoHeight]
    const context = canvas.getContext('2d', { willReadFrequently: true })
    context.drawImage(video, 0, 0)
    const now = Date.now()
    const image = context.getImageData(0, 0, width, height)
    const code = readTimecode(image)
    if (code === null) return null
    const colours = new Set()
    for (let i = 0; i < image.data.length; i += 4 * 997) colours.add((image.data[i] << 16) | (image.data[i + 1] << 8) | image.data[i + 2])
    return { ...code, width, height, now, colours: colours.size }
  })()`)
}

/** The tag that a vehicle's camera writes. */
export const tagOf = (page, id) => page.evaluate(`(() => { ${reader}; return tagOf(${JSON.stringify(id)}) })()`)
