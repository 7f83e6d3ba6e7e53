import type { LatLon, Sortie, VehicleSpec } from '../wire/gen'
import { offset } from './geo'

/** Altitudes that a vehicle may be sent to by hand, metres above its ground, as the station has them. */
export const aboveGroundM = { low: 60, high: 120 } as const
const orbitFarM = 500

/** Where an operator is about to send a vehicle in the air. radiusM 0: it holds there; altAmsl null: in its layer. */
export type Aim = { vehicle: string; place: LatLon; radiusM: number; altAmsl: number | null }

/** The ground from which heights of a sortie count: the higher one of its home and the pad it lifted off from. */
export const groundOf = (s: Sortie): number => Math.max(s.home.altAmsl, s.landing?.[0]?.position.altAmsl ?? s.home.altAmsl)

/** The radii a class may circle at, and the usual one. */
export function radii(c: VehicleSpec['class']): { least: number; most: number; usual: number } {
  return c === 'long-vtol' ? { least: 150, most: orbitFarM, usual: 150 } : { least: 20, most: orbitFarM, usual: 40 }
}

export const canOrbit = (c: VehicleSpec['class']): boolean => c !== 'tethered'

export const within = (v: number, low: number, high: number): boolean => v >= low && v <= high

/** A circle as a ring of places, closed. */
export function ring(center: LatLon, radiusM: number, corners = 48): LatLon[] {
  return Array.from({ length: corners + 1 }, (_, i) => offset(center, (360 * i) / corners, radiusM))
}
