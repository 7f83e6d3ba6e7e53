import { describe, expect, it } from 'vitest'
import { noon, noonMs } from '../testing/fleet'
import { frameTime } from './frameTime'

const clock = { rtp: 9000, at: noon, by: 'capture' as const }

describe('the time of a frame', () => {
  it('follows from that of another by RTP time', () => {
    expect(frameTime(clock, 9000 - 4500)).toEqual({ ms: noonMs - 50, by: 'capture' })
    expect(frameTime({ ...clock, by: 'arrival' }, 9090)).toEqual({ ms: noonMs + 1, by: 'arrival' })
  })

  it('goes on where RTP time goes around', () => {
    expect(frameTime({ ...clock, rtp: 90 }, 0xffffffff - 89)?.ms).toBe(noonMs - 2)
    expect(frameTime({ ...clock, rtp: 0xffffffff - 89 }, 90)?.ms).toBe(noonMs + 2)
  })

  it('is not known where one of the two is not, or they are of two streams', () => {
    expect(frameTime(null, 9000)).toBeNull()
    expect(frameTime(clock, undefined)).toBeNull()
    expect(frameTime(clock, 9000 + 90 * 6000)).toBeNull()
  })
})
