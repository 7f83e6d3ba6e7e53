import { describe, expect, it } from 'vitest'
import { craft, dock, flying, later, noonMs, outlook, service, sortie, spec, vehicle } from '../testing/fleet'
import { activity, gates, isAirborne, type Craft, type Doing } from './activity'
import type { Tone } from './tone'
import { known } from './fresh'

const human = (cause: string) => outlook({ control: { vehicle: 'V07', holder: 'human', cause, since: later(0), epoch: 4 } })

describe('what a vehicle does', () => {
  const cases: [string, Partial<Craft>, Doing, Tone][] = [
    ['never heard', { vehicle: undefined }, 'never', 'still'],
    ['link never', { vehicle: vehicle({ link: 'never' }) }, 'never', 'still'],
    ['in its dock', {}, 'standby', 'fine'],
    ['charging', { dock: dock({ state: 'charging' }) }, 'charging', 'fine'],
    ['its pack is being changed', { dock: dock({ state: 'charging' }), service: service() }, 'changing-pack', 'fine'],
    ['the change of its pack failed', { service: service({ gate: { code: 'pack-change-failed', value: 0, limit: 0, ageS: 0, text: '' } }) }, 'not-ready', 'care'],
    ['its pack was changed', { service: service({ stage: 'done', gate: undefined }) }, 'standby', 'fine'],
    ['dock fault', { dock: dock({ noLaunch: [{ code: 'dock-state', value: 0, limit: 0, ageS: 0, text: '' }] }) }, 'not-ready', 'care'],
    ['outside its dock', { dock: dock({ seated: false }) }, 'outside', 'care'],
    ['crew, pre-arm failing', { spec: spec({ dock: undefined }), dock: undefined, vehicle: vehicle({ prearmOk: false }) }, 'not-ready', 'care'],
    ['on a sortie', { vehicle: vehicle(flying), sortie: sortie() }, 'outbound', 'auto'],
    ['a closed sortie', { sortie: sortie({ state: 'closed' }) }, 'standby', 'fine'],
    ['waiting for its crew', { sortie: sortie({ state: 'awaiting-crew' }) }, 'awaiting-crew', 'care'],
    ['missing', { vehicle: vehicle(flying), sortie: sortie({ state: 'missing' }) }, 'missing', 'act'],
    ['flying without a sortie', { vehicle: vehicle(flying) }, 'stray', 'act'],
    ['taken over', { vehicle: vehicle(flying), sortie: sortie(), outlook: human('uncommanded mode change') }, 'human', 'care'],
    ['held by an operator', { vehicle: vehicle(flying), sortie: sortie(), outlook: human('operator') }, 'held', 'care'],
    ['failsafe aloft', { vehicle: vehicle({ ...flying, failsafe: true }), sortie: sortie() }, 'failsafe', 'act'],
    ['heard and not answering aloft', { vehicle: vehicle({ ...flying, uplink: 'unconfirmed' }), sortie: sortie() }, 'unheard', 'act'],
    ['heard and not answering on the ground', { vehicle: vehicle({ uplink: 'unconfirmed' }) }, 'not-ready', 'care'],
    ['lost aloft', { vehicle: vehicle({ ...flying, link: 'lost' }), sortie: sortie() }, 'lost-air', 'act'],
    ['lost on the ground', { vehicle: vehicle({ link: 'lost' }) }, 'lost-ground', 'care'],
    ['quarantined', { vehicle: vehicle({ link: 'quarantined' }) }, 'quarantined', 'act'],
  ]
  it.each(cases)('%s', (_, patch, doing, tone) => {
    expect(activity(craft(patch), noonMs)).toMatchObject({ doing, tone })
  })

  it('treats doubt as flight', () => {
    expect(isAirborne(vehicle({ armed: true, landed: 'unknown' }))).toBe(true)
    expect(isAirborne(vehicle({ armed: false, landed: 'unknown' }))).toBe(false)
    expect(isAirborne(undefined)).toBe(false)
  })

  it('names each gate once', () => {
    const c = craft({
      vehicle: vehicle({ battery: { ...vehicle().battery, percent: 20 }, safety: { ok: false, checkedAt: later(0), drift: [{ name: 'NAV_DLL_ACT', want: 2, got: 0 }] } }),
      dock: dock({ noLaunch: [{ code: 'battery', value: 20, limit: 30, ageS: 0, text: '' }] }),
    })
    expect(gates(c).map((g) => g.code)).toEqual(['battery', 'safety-params'])
  })
})

describe('freshness', () => {
  it.each([[2.9, 'fresh'], [3.1, 'stale'], [10.1, 'lost']] as const)('after %d s it is %s, whatever the link says', (s, want) => {
    expect(known(vehicle(), noonMs + s * 1000).freshness).toBe(want)
  })
  it('believes the station that a link is worse', () => {
    expect(known(vehicle({ link: 'stale' }), noonMs).freshness).toBe('stale')
    expect(known(vehicle({ link: 'lost' }), noonMs).freshness).toBe('lost')
  })
})
