import type { PictureClock } from '../wire/gen'
import { keepMs } from './poses'
import { at } from './time'

/** When a frame was taken, by the station's time, and whether that is by the camera's clock or by when it came to the station. */
export type FrameTime = { ms: number; by: PictureClock['by'] }

/**
 * The time of a frame, null if it is not known. The browser tells its RTP time (requestVideoFrameCallback), and the station
 * the time of one picture of the same stream, from which it follows: RTP time goes on evenly, and around.
 */
export function frameTime(clock: PictureClock | null, rtp: number | undefined): FrameTime | null {
  const ms = at(clock?.at)
  if (clock === null || ms === null || rtp === undefined) return null
  const apart = ((rtp - clock.rtp) | 0) / 90
  return Math.abs(apart) > keepMs ? null : { ms: ms + apart, by: clock.by }
}
