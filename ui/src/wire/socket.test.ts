import { expect, it } from 'vitest'
import { backoff } from './socket'

it('waits longer with each try, up to a bound', () => {
  const waits = [0, 1, 2, 3, 4, 5, 50].map((n) => backoff(n, 0.5))
  expect(waits).toEqual([400, 800, 1600, 3200, 6400, 8000, 8000])
  expect(backoff(0, 0)).toBeCloseTo(350)
  expect(backoff(0, 1)).toBeCloseTo(450)
})
