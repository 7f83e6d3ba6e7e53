import { describe, expect, it } from 'vitest'
import { contact, craft, flying, noonMs, vehicle } from '../testing/fleet'
import type { Contact } from '../wire/gen'
import { distanceM, offset } from './geo'
import { contactName, higherText, reference, shownContacts, sourceOf, traffic, type TrafficInput } from './traffic'

const aloft = craft({ vehicle: vehicle({ ...flying, position: { lat: 32.5, lon: 120.4, altAmsl: 94 } }) })
const input = (c: Contact, patch: Partial<TrafficInput> = {}): TrafficInput => ({ contacts: [c], crafts: [aloft], vehicle: '', chosen: '', now: noonMs, old: (s) => `${s} s`, ...patch })

describe('aircraft of others', () => {
  it('are named, with their height over ours and the way they go', () => {
    const { marks, lines } = traffic(input(contact()))
    expect(marks).toEqual([{ kind: 'traffic', id: 'adsb:780101', at: [120.4, 32.52], shape: 'aircraft', tone: 'still', dim: false, selected: false, label: 'B7001 · +270 m' }])
    const [a, b] = lines[0]?.places ?? []
    expect(lines[0]?.kind).toBe('vector')
    expect(distanceM({ lon: a?.[0] ?? 0, lat: a?.[1] ?? 0 }, { lon: b?.[0] ?? 0, lat: b?.[1] ?? 0 })).toBeCloseTo(1500, -1)
  })

  it('stand out when the station says that they are near', () => {
    const { marks, lines } = traffic(input(contact({ near: ['V07'] })))
    expect([marks[0]?.tone, lines[0]?.kind]).toEqual(['care', 'closing'])
  })

  it('are dimmed, tell their age and go nowhere when their word is old', () => {
    const { marks, lines } = traffic(input(contact(), { now: noonMs + 8_000 }))
    expect([marks[0]?.dim, marks[0]?.label, lines]).toEqual([true, 'B7001 · +270 m · 8 s', []])
  })

  it('tell what they tell: no height, no speed, no name', () => {
    const quiet = contact({ altKnown: false })
    delete quiet.name
    delete quiet.speedMs
    const { marks, lines } = traffic(input(quiet))
    expect([marks[0]?.label, lines]).toEqual(['780101', []])
    expect(traffic(input(contact({ heardBy: 'V99' }))).marks[0]?.label).toBe('B7001 · 360 m')
  })

  it('are words, whatever they call themselves', () => {
    const name = '<img src=x onerror=alert(1)>'
    expect(contactName(contact({ name }))).toBe(name)
    expect(traffic(input(contact({ name }))).marks[0]?.label).toBe(`${name} · +270 m`)
  })

  it('are told from the vehicle looked at, if it flies', () => {
    const other = craft({ spec: { ...aloft.spec, id: 'V08' }, vehicle: vehicle({ ...flying, id: 'V08' }) })
    const parked = craft({ spec: { ...aloft.spec, id: 'V09' } })
    const of = (selected: string, c = contact()) => reference(c, [aloft, other, parked], selected)?.spec.id
    expect([of('V08'), of('V09'), of(''), of('', contact({ near: ['V08'] })), of('', contact({ heardBy: 'V09' }))]).toEqual(['V08', 'V07', 'V07', 'V08', undefined])
  })

  it('are known by ADS-B or remote identification', () => {
    expect([sourceOf(contact()), sourceOf(contact({ id: 'odid:0253494d', kind: 'drone' }))]).toEqual(['adsb', 'odid'])
  })

  it('are shown while they are near, though the layer is off', () => {
    const all = [contact(), contact({ id: 'adsb:2', near: ['V07'] })]
    expect(shownContacts(all, true)).toHaveLength(2)
    expect(shownContacts(all, false).map((c) => c.id)).toEqual(['adsb:2'])
  })

  it('have heights to ten metres', () => {
    expect([higherText(-38), higherText(4), higherText(271)]).toEqual(['−40 m', '+0 m', '+270 m'])
  })
})

describe('a place some metres away', () => {
  it('is as far as it was asked for', () => {
    const from = { lat: 32.5, lon: 120.4 }
    for (const deg of [0, 45, 90, 200, 359]) expect(distanceM(from, offset(from, deg, 2000))).toBeCloseTo(2000, -1)
  })
})
