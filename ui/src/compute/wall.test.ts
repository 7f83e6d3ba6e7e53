import { describe, expect, it } from 'vitest'
import { askable, due, everyMs, shown } from './wall'

const all = [
  { id: 'H01/inside', dock: 'H01', state: 'cold' as const },
  { id: 'V01', vehicle: 'V01', state: 'live' as const },
  { id: 'V02', vehicle: 'V02', state: 'cold' as const },
  { id: 'yard', state: 'absent' as const },
]

it('shows what is in the air, what stands at docks, or all', () => {
  const ids = (which: 'air' | 'docks' | 'all') => shown(all, which, (v) => v === 'V02').map((c) => c.id)
  expect(ids('air')).toEqual(['V02'])
  expect(ids('docks')).toEqual(['H01/inside'])
  expect(ids('all')).toEqual(['H01/inside', 'V01', 'V02', 'yard'])
})

it('asks nothing of a camera that shows nothing', () => {
  expect(all.map(askable)).toEqual([true, true, true, false])
  expect(askable({ id: 'x', state: 'gated' })).toBe(false)
  expect(askable({ id: 'x', state: 'live', codec: 'h265' })).toBe(false)
})

describe('the next to be asked', () => {
  const asked = new Map([['a', 1000], ['b', 500], ['c', 9000]])

  it('is the one not asked for the longest', () => {
    expect(due(['a', 'b', 'c', 'd'], asked, new Set(), 1000 + everyMs)).toEqual(['d', 'b', 'a'])
  })

  it('is asked only while few are under way, and never twice', () => {
    expect(due(['a', 'b', 'd'], asked, new Set(['b', 'x', 'y']), 1000 + everyMs)).toEqual(['d'])
    expect(due(['a', 'd'], asked, new Set(['w', 'x', 'y', 'z']), 1000 + everyMs)).toEqual([])
  })
})
