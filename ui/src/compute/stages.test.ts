import { expect, it } from 'vitest'
import { later, noonMs, sortie } from '../testing/fleet'
import { arrivalS, timeline } from './stages'

const stages = [
  { name: 'requested', at: later(0) }, { name: 'reserved', at: later(0.5) }, { name: 'preparing', at: later(1) }, { name: 'plan', at: later(4) },
  { name: 'dock', at: later(13) }, { name: 'ready', at: later(14) }, { name: 'launching', at: later(14.5) },
]

it('times every stage and lets the present one run', () => {
  const line = timeline(sortie({ state: 'launching', stages }), noonMs + 20_000)
  expect(line.steps.map((s) => [s.name, s.seconds])).toEqual([['requested', 0.5], ['reserved', 0.5], ['preparing', 13], ['ready', 0.5], ['launching', 5.5]])
  expect(line.steps.map((s) => s.running)).toEqual([false, false, false, false, true])
  expect(line.steps.map((s) => s.parts.map((p) => [p.name, p.seconds]))).toEqual([[], [], [['plan', 3], ['dock', 12]], [], []])
  expect(line.totalS).toBe(20)
})

it('stands still when the sortie is over', () => {
  const line = timeline(sortie({ state: 'aborted', closedAt: later(30), stages: [...stages, { name: 'aborted', at: later(30) }] }), noonMs + 99_000)
  expect(line.totalS).toBe(30)
  expect(line.steps.some((s) => s.running)).toBe(false)
})

it('bears a sortie without stages', () => {
  expect(timeline(sortie({ stages: null }), noonMs)).toEqual({ steps: [], totalS: 0 })
})

it('says how long an incident waited', () => {
  expect(arrivalS(later(0), sortie({ stages: [...stages, { name: 'on-task', at: later(95) }] }))).toBe(95)
  expect(arrivalS(later(0), sortie({ stages }))).toBeNull()
  expect(arrivalS(later(0), undefined)).toBeNull()
})
