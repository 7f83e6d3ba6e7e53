import { expect, it } from 'vitest'
import { noon } from '../testing/fleet'
import type { Command } from '../wire/gen'
import { isFinal, progress } from './acts'

const command = (stage: Command['stage'], code?: string): Command => ({ id: 'I-1', vehicle: 'V07', act: 'hold', by: 'lin', at: noon, updatedAt: noon, stage, code })

it('is done only when the station saw it', () => {
  expect(progress(command('sent'))).toEqual({ state: 'sent' })
  expect(progress(command('accepted'))).toEqual({ state: 'acknowledged' })
  expect(progress(command('progress'))).toEqual({ state: 'acknowledged' })
  expect(progress(command('done'))).toEqual({ state: 'done' })
  expect(progress(command('timed-out'))).toEqual({ state: 'timed-out' })
  expect(progress(command('refused', 'denied'))).toEqual({ state: 'refused', reason: 'denied' })
  expect(progress(command('failed'))).toEqual({ state: 'refused', reason: '' })
  expect([isFinal({ state: 'asked' }), isFinal({ state: 'acknowledged' }), isFinal({ state: 'done' })]).toEqual([false, false, true])
})
