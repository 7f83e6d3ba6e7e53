import { describe, expect, it } from 'vitest'
import { craft, flying, spec, vehicle } from '../testing/fleet'
import { canFollow, followable, followDistanceLegal } from './follow'

const at = (id: string, lat: number, patch = {}) => craft({ spec: spec({ id }), vehicle: vehicle({ id, position: { lat, lon: 120.4, altAmsl: 60 }, ...patch }) })

describe('following', () => {
  it('offers who flies first, then the nearest, and never itself or whose place is not known', () => {
    const self = at('V07', 32.5, flying)
    const lost = craft({ spec: spec({ id: 'V04' }), vehicle: undefined })
    const names = followable(self, [self, at('V01', 32.51), at('V02', 32.6, flying), at('V03', 32.501), lost]).map((o) => o.craft.spec.id)
    expect(names).toEqual(['V02', 'V03', 'V01'])
  })

  it('is not for what hangs on a cable or cannot stand still', () => {
    expect((['dock-quad', 'crew-quad', 'tethered', 'long-vtol'] as const).map((c) => canFollow(craft({ spec: spec({ class: c }) })))).toEqual([true, true, false, false])
  })

  it('keeps a distance within bounds', () => {
    expect([19, 20, 500, 501, NaN].map(followDistanceLegal)).toEqual([false, true, true, false, false])
  })
})
