import { describe, expect, it } from 'vitest'
import { fromLocalInput, localInput, presetOf, presets } from './recurrence'

describe('recurrence', () => {
  it('knows its own presets and nothing else', () => {
    expect(presetOf(presets.weekdays)).toBe('weekdays')
    expect(presetOf('FREQ=DAILY;BYHOUR=8')).toBeNull()
  })

  it('reads back the time it wrote, to the second', () => {
    const ms = Date.UTC(2026, 2, 1, 8, 30, 15)
    expect(fromLocalInput(localInput(ms))).toBe(ms)
    expect(fromLocalInput('')).toBeNull()
  })
})
