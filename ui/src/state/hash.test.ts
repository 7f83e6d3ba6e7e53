import { expect, it } from 'vitest'
import { readHash, writeHash } from './hash'

it('reads and writes the parts of a fragment', () => {
  const parts = readHash('#map=12.30/32.5/120.4&setup=a%2Bb')
  expect([...parts]).toEqual([['map', '12.30/32.5/120.4'], ['setup', 'a+b']])
  expect(writeHash(parts)).toBe('#map=12.30/32.5/120.4&setup=a%2Bb')
  expect(readHash('').size).toBe(0)
  expect(readHash('#nonsense').size).toBe(0)
})
