import { describe, expect, it } from 'vitest'
import { askable, due, shown } from './wall'

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
  expect(ids('all')).toEqual(['V02', 'V01', 'H01/inside', 'yard'])
})

it('asks nothing of a camera that shows nothing', () => {
  expect(all.map(askable)).toEqual([true, true, true, false])
  expect(askable({ id: 'x', state: 'gated' })).toBe(false)
  expect(askable({ id: 'x', state: 'live', codec: 'h265' })).toBe(false)
})

describe('the next to be asked', () => {
  const sight = new Map([['a', 5000], ['b', 20_000], ['c', 5000], ['d', 20_000]])
  const asked = new Map([['a', 1000], ['b', 500], ['c', 9000]])

  it('is the one that is due for the longest, each by its own rate', () => {
    expect(due(sight, asked, new Set(), 6000)).toEqual(['d', 'a'])
    expect(due(sight, asked, new Set(), 20_500)).toEqual(['d', 'a', 'c', 'b'])
    expect(due(sight, asked, new Set(), 5999)).toEqual(['d'])
  })

  it('is asked only while few are under way, and never twice', () => {
    expect(due(sight, asked, new Set(['b', 'x', 'y']), 30_000)).toEqual(['d'])
    expect(due(sight, asked, new Set(['w', 'x', 'y', 'z']), 30_000)).toEqual([])
  })
})
