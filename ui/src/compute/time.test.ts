import { describe, expect, it } from 'vitest'
import { ageS, ageText, at, span, utcText } from './time'

describe('times of the station', () => {
  it('takes the zero time for never', () => {
    expect(at('0001-01-01T00:00:00Z')).toBeNull()
    expect(at(undefined)).toBeNull()
    expect(at('nonsense')).toBeNull()
    expect(at('1970-01-01T00:00:01Z')).toBe(1000)
  })

  it('never gives a negative age', () => {
    expect(ageS('2026-03-01T12:00:05Z', Date.parse('2026-03-01T12:00:00Z'))).toBe(0)
    expect(ageS('2026-03-01T12:00:00Z', Date.parse('2026-03-01T12:00:07.5Z'))).toBe(7.5)
  })

  it.each([[0.44, '0.4 s'], [9.96, '10 s'], [99.4, '99 s'], [99.6, '1:40'], [605, '10:05'], [3600, '1 h 00'], [7500, '2 h 05'], [200000, '2 d'], [-3, '−3.0 s'], [NaN, '–']])(
    'says %d seconds as %s', (s, text) => expect(span(s)).toBe(text))

  it('says ages roughly', () => expect([3.4, 99, 120, 3580, 7500].map(ageText)).toEqual(['3 s', '99 s', '2 min', '1 h 00', '2 h 05']))
  it('reads UTC', () => expect(utcText(Date.parse('2026-03-01T12:34:56Z'))).toBe('12:34:56'))
})
