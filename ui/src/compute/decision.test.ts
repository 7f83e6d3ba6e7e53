import { expect, it } from 'vitest'
import { noon } from '../testing/fleet'
import type { Decision } from '../wire/gen'
import { ablePeers, figure, passedOver, tally } from './decision'

const no = (vehicle: string, ...codes: string[]) => ({
  vehicle, able: false, etaS: 0, distanceM: 1000, rejections: codes.map((code) => ({ code, value: 1, limit: 0, ageS: 0, text: code })),
})
const decision: Decision = {
  at: noon, chosen: 'V01', etaS: 80, summary: '',
  candidates: [
    { vehicle: 'V01', able: true, etaS: 80, distanceM: 900 }, { vehicle: 'V02', able: true, etaS: 90, distanceM: 950 },
    no('V03', 'wind', 'battery'), no('V04', 'battery'), no('V05', 'wind'),
  ],
}

it('counts each vehicle once, under its weightiest reason', () => {
  expect(tally(decision)).toEqual([{ code: 'wind', count: 2 }, { code: 'battery', count: 1 }])
  expect(passedOver(decision).map((c) => c.vehicle)).toEqual(['V03', 'V04', 'V05'])
  expect(ablePeers(decision).map((c) => c.vehicle)).toEqual(['V02'])
  expect(tally({ ...decision, candidates: null })).toEqual([])
})

it('lists who was passed over from the nearest on, a distance that is not known last', () => {
  const at = (vehicle: string, distanceM: number) => ({ ...no(vehicle, 'battery'), distanceM })
  expect(passedOver({ ...decision, candidates: [at('V01', 900), at('V02', 0), at('V03', 40)] }).map((c) => c.vehicle)).toEqual(['V03', 'V01', 'V02'])
})

it('writes figures with no more digits than they carry', () => {
  expect([12.34, 12, 123.4, -1, Infinity].map(figure)).toEqual(['12.3', '12', '123', '-1', '–'])
})
