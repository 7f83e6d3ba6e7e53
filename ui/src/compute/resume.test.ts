import { expect, test } from 'vitest'
import type { Sortie } from '../wire/gen'
import { left } from './resume'

const way = { kind: 'waypoint' as const, position: { lat: 0, lon: 0, altAmsl: 80 } }
const sortie = (over: Partial<Sortie>): Sortie => ({
  id: 'S1', vehicle: 'V01', purpose: 'patrol', by: 'lin', state: 'closed', route: [way, way, way, way], cruiseAmsl: 80, epoch: 1, landing: [], stages: [],
  createdAt: '2026-05-01T08:00:00Z', home: way.position, claim: { sortie: 'S1', volumes: [] }, onSceneS: 0, plan: 'P1', ...over,
})

test('a plan is flown on where it was left', () => {
  expect(left(sortie({ item: 2 }))).toEqual({ item: 2, last: 3 })
  expect(left(sortie({}))).toEqual({ item: 1, last: 3 })
  expect(left(sortie({ firstSeq: 2 }))).toEqual({ item: 2, last: 3 })
  expect(left(sortie({ item: 2, state: 'human-control' }))).toEqual({ item: 2, last: 3 })
})

test('nothing is left of a plan that was flown, of one being flown, and of a sortie without', () => {
  expect(left(sortie({ item: 4 }))).toBeUndefined()
  expect(left(sortie({ item: 2, state: 'on-task' }))).toBeUndefined()
  const { plan: _, ...none } = sortie({ item: 2 })
  expect(left(none)).toBeUndefined()
})
