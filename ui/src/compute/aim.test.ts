import { describe, expect, it } from 'vitest'
import { sortie } from '../testing/fleet'
import { canOrbit, groundOf, radii, ring, within } from './aim'
import { distanceM } from './geo'

describe('an aim', () => {
  it('counts heights from the higher of home and pad', () => {
    const pad = { kind: 'dock' as const, name: 'H07', position: { lat: 32.5, lon: 120.4, altAmsl: 4.6 } }
    expect(groundOf(sortie())).toBe(4)
    expect(groundOf(sortie({ landing: [pad] }))).toBe(4.6)
  })

  it('circles as tightly as the class can turn, and not on a cable', () => {
    expect([radii('dock-quad').least, radii('long-vtol').least, canOrbit('tethered'), canOrbit('crew-quad')]).toEqual([20, 150, false, true])
    expect([within(60, 60, 120), within(59.9, 60, 120), within(NaN, 60, 120)]).toEqual([true, false, false])
  })

  it('is drawn as a closed circle', () => {
    const center = { lat: 32.5, lon: 120.4 }
    const places = ring(center, 80)
    expect(places.at(-1)?.lat).toBeCloseTo(places[0]?.lat ?? 0, 9)
    for (const p of places) expect(distanceM(center, p)).toBeCloseTo(80, 0)
  })
})
