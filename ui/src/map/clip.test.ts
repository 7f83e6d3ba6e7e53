import { describe, expect, it } from 'vitest'
import { clip, overlap } from './clip'

const box = { left: 0, top: 0, right: 100, bottom: 50 }

describe('clipping', () => {
  it('leaves a segment inside as it is', () => {
    expect(clip([10, 10], [90, 40], box)).toEqual({ from: [10, 10], to: [90, 40], skipped: 0 })
  })

  it('cuts what is outside and says how much of the start', () => {
    expect(clip([-100, 20], [200, 20], box)).toEqual({ from: [0, 20], to: [100, 20], skipped: 100 })
    expect(clip([50, 90], [50, -10], box)).toEqual({ from: [50, 50], to: [50, 0], skipped: 40 })
  })

  it('gives nothing of a segment that passes by', () => {
    for (const [a, b] of [[[-10, -10], [110, -10]], [[-10, 20], [-5, 30]], [[-60, 0], [0, 110]]] as const) expect(clip(a, b, box)).toBeNull()
  })

  it('knows boxes that overlap from boxes that touch', () => {
    expect(overlap(box, { left: 99, top: 49, right: 120, bottom: 60 })).toBe(true)
    expect(overlap(box, { left: 100, top: 0, right: 120, bottom: 60 })).toBe(false)
  })
})
