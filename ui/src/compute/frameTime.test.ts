import { describe, expect, it } from 'vitest'
import { frameTime } from './frameTime'

describe('the time of a frame', () => {
  it('is that of the camera where the browser knows it', () => {
    expect(frameTime({ captureTime: 880, receiveTime: 950 }, 1000, 50_000, 20)).toEqual({ ms: 49_880, by: 'capture' })
  })

  it('is that of its arrival less the way, else', () => {
    expect(frameTime({ receiveTime: 950 }, 1000, 50_000, 20)).toEqual({ ms: 49_930, by: 'arrival' })
  })

  it('does not believe a clock that is not set', () => {
    expect(frameTime({ captureTime: 1200, receiveTime: 950 }, 1000, 50_000, 0).by).toBe('arrival')
    expect(frameTime({ captureTime: -4000, receiveTime: 950 }, 1000, 50_000, 0).by).toBe('arrival')
    expect(frameTime({ captureTime: NaN }, 1000, 50_000, 0)).toEqual({ ms: 50_000, by: 'unknown' })
  })
})
