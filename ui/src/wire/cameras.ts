import type { CameraItem } from './gen'
import { call, send } from './http'

const at = encodeURIComponent

export const cameras = () => call<CameraItem[]>('GET', '/cameras')

/** One key picture as the camera encoded it (annex B), and when it came to the station, ms since 1970. */
export type KeyPicture = { codec: 'h264' | 'h265'; atMs: number; data: Uint8Array<ArrayBuffer> }

/** Gives a camera's newest key picture; throws the station's Refusal. */
export async function keyPicture(id: string): Promise<KeyPicture> {
  const answer = await send('GET', `/cameras/${at(id)}/key`)
  const codec = answer.headers.get('Content-Type') === 'video/h265' ? 'h265' : 'h264'
  return { codec, atMs: arrived(answer), data: new Uint8Array(await answer.arrayBuffer()) }
}

/** Gives a camera's newest key picture as JPEG, named by camera and time; width 0 is as wide as it is. */
export async function snapshot(id: string, width = 0): Promise<{ name: string; atMs: number; picture: Blob }> {
  const answer = await send('GET', `/cameras/${at(id)}/snapshot${width > 0 ? `?width=${width}` : ''}`)
  const name = /filename="?([^";]+)/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? `${id.replaceAll('/', '-')}.jpg`
  return { name, atMs: arrived(answer), picture: await answer.blob() }
}

const arrived = (answer: Response) => Date.parse(answer.headers.get('Arrived-At') ?? '') || Date.now()

/** Hands a file to whoever sits before the browser. */
export function download(name: string, file: Blob): void {
  const a = document.createElement('a')
  a.href = URL.createObjectURL(file)
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(a.href), 10_000) // the download has begun by then
}
