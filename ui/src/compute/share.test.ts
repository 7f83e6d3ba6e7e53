import { expect, it } from 'vitest'
import { comesBack, endOf, lengthsWithin, timeText, tokenOf, watermark } from './share'

const iso = new Date(2026, 10, 6, 9, 5, 7).toISOString()

it('writes when and for whom over the picture', () => {
  expect(timeText(iso)).toBe('11-06 09:05')
  expect(watermark('消防 Li', 'V01', iso)).toBe('消防 Li · V01 · 2026-11-06 09:05:07')
})

it('takes the token of the address before the one of the tab', () => {
  const token = 'a'.repeat(43)
  expect(tokenOf(`#${token}`, 'old')).toBe(token)
  expect(tokenOf('', 'old')).toBe('old')
  expect(tokenOf('#<script>', null)).toBe('')
})

it('begins anew only where the station or the page was gone', () => {
  expect(['revoked', 'expired', 'left', 'silent', 'stopping', undefined].filter(comesBack)).toEqual(['silent', 'stopping'])
})

it('offers no link that the station would refuse', () => {
  expect(lengthsWithin()).toHaveLength(6)
  expect(lengthsWithin(1.5)).toEqual([15, 30, 60])
  expect(lengthsWithin(0.1)).toEqual([6])
})

it('asks for less than the longest by what two clocks may be apart', () => {
  expect(endOf(0, 60)).toBe(3_600_000)
  expect(endOf(0, 1440)).toBe(86_340_000)
  expect(endOf(0, 60, 1.5)).toBe(3_600_000)
  expect(endOf(0, 60, 1)).toBe(3_540_000)
  expect(endOf(0, 6, 0.1)).toBe(324_000)
})
