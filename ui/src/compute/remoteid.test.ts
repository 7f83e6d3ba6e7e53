import { expect, it } from 'vitest'
import { gates } from './activity'
import { identification, unidentified } from './remoteid'
import { craft, later, noon, noonMs, spec, vehicle } from '../testing/fleet'
import type { RemoteId } from '../wire/gen'

const says = (state: RemoteId['state'], text?: string): RemoteId => ({ state, component: 236, at: noon, ...(text === undefined ? {} : { text }) })
const required = spec({ remoteId: 'required' })
const row = (s = required, v = vehicle(), now = noonMs) => identification(s, v, now)

it('shows what a transmitter says, and that none is heard where one must be', () => {
  expect(row(spec())).toBeUndefined()
  expect(row(spec({ remoteId: 'none' }), vehicle({ remoteId: says('ready') }))).toBeUndefined()
  expect(row(required, undefined)).toMatchObject({ state: 'unheard' }) // the vehicle of the default
  expect(identification(required, undefined, noonMs)).toBeUndefined()
  expect(row()).toEqual({ state: 'unheard', tone: 'care', text: '', at: undefined })
  expect(row(required, vehicle({ remoteId: says('ready', 'old') }))).toEqual({ state: 'ready', tone: 'fine', text: '', at: noon })
  expect(row(required, vehicle({ remoteId: says('failing', 'antenna') }))).toEqual({ state: 'failing', tone: 'care', text: 'antenna', at: noon })
  expect(row(spec(), vehicle({ remoteId: says('failing', 'antenna') }))).toMatchObject({ state: 'failing', tone: 'still' })
  expect(row(required, vehicle({ remoteId: says('silent') }))).toMatchObject({ state: 'silent', tone: 'care' })
})

it('does not take an old status for the present', () => {
  const v = vehicle({ remoteId: says('ready') })
  expect(row(required, v, Date.parse(later(5)))).toMatchObject({ state: 'ready' })
  expect(row(required, v, Date.parse(later(7)))).toMatchObject({ state: 'silent' })
})

it('says what the dispatcher says: under its lid a transmitter may fail', () => {
  const inside = { gps: { fix: 0, sats: 0, hdop: 0, at: noon } }
  const outside = spec({ remoteId: 'required' })
  delete outside.dock
  expect(unidentified(required, vehicle({ ...inside, remoteId: says('failing', 'missing position') }))).toBe(false)
  expect(row(required, vehicle({ ...inside, remoteId: says('failing', 'missing position') }))).toMatchObject({ tone: 'still' })
  expect(unidentified(required, vehicle({ ...inside, remoteId: says('silent') }))).toBe(true)
  expect(unidentified(required, vehicle(inside))).toBe(true)
  expect(unidentified(required, vehicle({ remoteId: says('failing') }))).toBe(true)
  expect(unidentified(required, vehicle({ remoteId: says('present') }))).toBe(true)
  expect(unidentified(required, vehicle({ remoteId: says('ready') }))).toBe(false)
  expect(unidentified(outside, vehicle({ ...inside, remoteId: says('failing') }))).toBe(true)
  expect(unidentified(spec(), vehicle())).toBe(false)
  expect(gates(craft({ spec: required })).map((g) => g.code)).toEqual(['remote-id'])
})
