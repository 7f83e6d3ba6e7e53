import { expect, it } from 'vitest'
import { formatView, parseView } from './view'

it('reads what it writes and refuses what is no place', () => {
  expect(parseView(formatView({ zoom: 12.25, lat: 32.5, lon: 120.125 }))).toEqual({ zoom: 12.25, lat: 32.5, lon: 120.125 })
  for (const bad of ['', '1/2', '1/2/x', '12/91/0', '12/0/181', '-1/0/0', '12/NaN/0']) expect(parseView(bad)).toBeNull()
})
