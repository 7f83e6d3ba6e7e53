import { expect, it } from 'vitest'
import { flying, noonMs, vehicle } from '../testing/fleet'
import { Tracks } from './tracks'

it('keeps a point a second while flying, and forgets a minute after landing', () => {
  const tracks = new Tracks()
  const at = (lon: number) => vehicle({ ...flying, position: { lat: 32.5, lon, altAmsl: 90 } })
  tracks.hear(at(1), true, noonMs)
  tracks.hear(at(2), true, noonMs + 500)
  tracks.hear(at(3), true, noonMs + 1_000)
  expect(tracks.of('V07')).toEqual([[1, 32.5], [3, 32.5]])
  tracks.hear(at(3), false, noonMs + 30_000)
  expect(tracks.of('V07')).toHaveLength(2)
  tracks.hear(at(3), false, noonMs + 62_000)
  expect(tracks.of('V07')).toEqual([])
})

it('begins anew when a replay goes to another time', () => {
  const tracks = new Tracks()
  const at = (lon: number) => vehicle({ ...flying, position: { lat: 32.5, lon, altAmsl: 90 } })
  tracks.hear(at(1), true, noonMs)
  tracks.hear(at(2), true, noonMs - 30_000)
  expect(tracks.of('V07')).toEqual([[2, 32.5]])
  tracks.hear(at(3), true, noonMs + 300_000)
  expect(tracks.of('V07')).toEqual([[3, 32.5]])
})
