import { describe, expect, it } from 'vitest'
import { later, noon, noonMs } from '../testing/fleet'
import type { Camera } from '../wire/gen'
import { fieldOf, widthNow } from './field'

const camera = (patch: Partial<Camera> = {}): Camera => ({ component: 100, recording: false, at: noon, zoom: 50, field: { hDeg: 20, at: noon }, ...patch })

describe('how wide a picture is', () => {
  it('is what its camera told lately, else as wide as it can be', () => {
    const own = widthNow({ cameras: [camera()] }, 70, noonMs + 1000)
    expect(own.hfovDeg).toBe(20)
    expect(own.times).toBeCloseTo(3.97, 2)
    expect(widthNow({ cameras: [camera()] }, 70, noonMs + 1600)).toEqual({ hfovDeg: 70, times: 1 })
    expect(widthNow({ cameras: [camera({ field: { hDeg: 2, at: later(0) } })] }, 70, noonMs).times).toBe(10)
    expect(widthNow({}, 70, noonMs)).toEqual({ hfovDeg: 70, times: 1 })
  })

  it('is not known of one of two cameras, nor of a thermal picture', () => {
    expect(fieldOf({ cameras: [camera(), camera({ component: 101 })] })).toBeUndefined()
    const thermal = { id: 2, protocol: 'rtsp' as const, encoding: 'h264' as const, thermal: true }
    expect(fieldOf({ cameras: [camera({ shown: 2, streams: [thermal] })] })).toBeUndefined()
  })
})
