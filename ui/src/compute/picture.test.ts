import { describe, expect, it } from 'vitest'
import { retryMs, standing } from './picture'

describe('a live picture', () => {
  it('is live only while frames come', () => {
    expect(standing('', 0, 5000)).toBe('connecting')
    expect(standing('', 4500, 5000)).toBe('live')
    expect(standing('', 3900, 5000)).toBe('stale')
  })

  it('is refused whatever was shown before', () => {
    expect(standing('too many viewers', 4999, 5000)).toBe('refused')
  })

  it('is asked for less and less often', () => {
    expect([0, 1, 2, 9].map(retryMs)).toEqual([500, 1000, 2000, 8000])
  })
})
