import { describe, expect, it } from 'vitest'
import type { Command, EventsMessage } from '../wire/gen'
import { Mirror } from './mirror'

const command = (id: string, stage: Command['stage']): Command => ({
  id, stage, vehicle: 'V01', act: 'hold', by: 'lin', at: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z',
})
const message = (type: 'snapshot' | 'delta', version: number, entries: EventsMessage['entries']): EventsMessage => ({
  type, version, now: '2026-01-01T00:00:00Z', entries,
})
const put = (id: string, version: number, stage: Command['stage']) => ({ kind: 'command' as const, id, version, value: command(id, stage) })
const gone = (id: string, version: number) => ({ kind: 'command' as const, id, version, value: null })

describe('mirror', () => {
  it('takes a snapshot, then what changed', () => {
    const m = new Mirror()
    m.apply(message('snapshot', 3, [put('a', 1, 'sent'), put('b', 3, 'sent')]))
    m.apply(message('delta', 5, [put('a', 4, 'accepted'), gone('b', 5)]))
    expect([...m.tables.command.values()].map((c) => [c.id, c.stage])).toEqual([['a', 'accepted']])
    expect(m.version).toBe(5)
  })

  it('passes over what is older than what it holds', () => {
    const m = new Mirror()
    m.apply(message('snapshot', 9, [put('a', 9, 'done')]))
    m.apply(message('delta', 9, [put('a', 7, 'accepted')]))
    expect(m.tables.command.get('a')?.stage).toBe('done')
  })

  it('forgets what a new snapshot does not hold, though its versions start anew', () => {
    const m = new Mirror()
    m.apply(message('snapshot', 900, [put('a', 899, 'done'), put('b', 900, 'done')]))
    m.apply(message('snapshot', 2, [put('a', 2, 'sent')]))
    expect([...m.tables.command.keys()]).toEqual(['a'])
    m.apply(message('delta', 3, [put('a', 3, 'accepted')]))
    expect(m.tables.command.get('a')?.stage).toBe('accepted')
  })

  it('leaves a kind it does not know alone', () => {
    const m = new Mirror()
    const odd = { kind: 'weather', id: 'x', version: 1, value: {} } as unknown as EventsMessage['entries'][number]
    m.apply(message('snapshot', 1, [odd, put('a', 1, 'sent')]))
    expect(m.tables.command.size).toBe(1)
  })
})
