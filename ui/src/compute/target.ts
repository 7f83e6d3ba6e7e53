import type { LatLon } from '../wire/gen'
import { heightAt } from './grid'
import { meet, metresPerDeg, type Ground, type Meeting } from './ground'

/** A pinhole camera: where it is, where it looks and how wide; as internal/geo has it. */
export type Eye = {
  lat: number
  lon: number
  altAmsl: number
  yawDeg: number
  pitchDeg: number
  rollDeg: number
  hfovDeg: number
  aspect: number
}

/** How wrong it may be, and the height of ground that is taken as level: one standard deviation each. */
export type EyeError = { horizontalM: number; verticalM: number; groundM: number; yawDeg: number; pitchDeg: number; rollDeg: number }

/** One standard deviation along two axes, and the bearing of the longer one, 0 to 180. */
export type Ellipse = { majorM: number; minorM: number; bearingDeg: number }

/** A place in the picture: 0, 0 is its upper left corner, 1, 1 its lower right one. */
export type Pixel = { x: number; y: number }

/** A place on the ground, its height, whether that was surveyed or is taken as level, and how well the place is known. */
export type Target = { place: LatLon; groundAmsl: number; surveyed: boolean; ellipse: Ellipse }

type ENU = readonly [e: number, n: number, u: number]

const rad = Math.PI / 180
const minHeightM = 0.5

const sum = (...all: ENU[]): ENU => all.reduce((a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]])
const times = (a: ENU, k: number): ENU => [a[0] * k, a[1] * k, a[2] * k]
const cross = (a: ENU, b: ENU): ENU => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]

function axes(c: Eye): { ahead: ENU; right: ENU; up: ENU } {
  const [sy, cy, sp, cp] = [Math.sin(c.yawDeg * rad), Math.cos(c.yawDeg * rad), Math.sin(c.pitchDeg * rad), Math.cos(c.pitchDeg * rad)]
  const [sr, cr] = [Math.sin(c.rollDeg * rad), Math.cos(c.rollDeg * rad)]
  const [level, high]: [ENU, ENU] = [[cy, -sy, 0], [-sy * sp, -cy * sp, cp]]
  return { ahead: [sy * cp, cy * cp, sp], right: sum(times(level, cr), times(high, -sr)), up: sum(times(level, sr), times(high, cr)) }
}

function ray(c: Eye, p: Pixel): ENU {
  const { ahead, right, up } = axes(c)
  const wide = Math.tan((c.hfovDeg * rad) / 2)
  return sum(ahead, times(right, (2 * p.x - 1) * wide), times(up, ((1 - 2 * p.y) * wide) / c.aspect))
}

/** The direction in which a pixel is seen: azimuth, 0 to 360, and degrees above the horizon. */
export function direction(c: Eye, p: Pixel): { yawDeg: number; pitchDeg: number } {
  const [e, n, u] = ray(c, p)
  return { yawDeg: (Math.atan2(e, n) / rad + 360) % 360, pitchDeg: Math.atan2(u, Math.hypot(e, n)) / rad }
}

/** How high the camera is taken to be: not on the ground nor under it. */
const from = (c: Eye, ground: Ground): number => Math.max(c.altAmsl, (heightAt(ground.grid, c) ?? ground.levelAmsl) + minHeightM)

/** Where a ray of the camera meets the ground within rangeM, and its height; null if it does not. */
function ends(c: Eye, r: ENU, ground: Ground, rangeM: number): (Meeting & { amsl: number }) | null {
  const z = from(c, ground)
  const m = meet(ground, c, z, r, rangeM / Math.max(Math.hypot(r[0], r[1]), 1e-9))
  return m === null ? null : { ...m, amsl: z + m.t * r[2] }
}

const placeAfter = (c: Eye, [e, n]: ENU, t: number): LatLon => ({ lat: c.lat + (n * t) / metresPerDeg, lon: c.lon + (e * t) / metresPerDeg / Math.cos(c.lat * rad) })

/** The first place on the ground that a pixel shows, at most rangeM away; null if there is none. */
export function shown(c: Eye, p: Pixel, ground: Ground, rangeM: number): LatLon | null {
  const r = ray(c, p)
  const m = ends(c, r, ground, rangeM)
  return m === null ? null : placeAfter(c, r, m.t)
}

/** An error moves a place by a jump if that is so many times as much as its derivative says, and so many metres more. */
const jump = { times: 2, m: 3 }

/**
 * By how much an error of d, at the place that a ray meets after t, moves it: by, unless in one of its two directions it moves it
 * by a jump.
 */
function jumps(c: Eye, r: ENU, t: number, d: ENU, turn: boolean, by: ENU, ground: Ground, rangeM: number): ENU {
  let [moved, most] = [by, jump.times * Math.hypot(by[0], by[1]) + jump.m]
  const z = from(c, ground)
  for (const sign of [1, -1]) {
    const off = turn ? ([0, 0, 0] as const) : times(d, sign)
    const way = turn ? sum(r, times(d, sign / t)) : r
    const reach = rangeM / Math.max(Math.hypot(way[0], way[1]), 1e-9) // where it goes over all ground that is near enough
    const after = meet(ground, placeAfter(c, off, 1), z + off[2], way, reach)?.t ?? reach
    const to = sum(off, times(way, after), times(r, -t))
    const far = Math.hypot(to[0], to[1])
    if (far > most) [moved, most] = [to, far]
  }
  return moved
}

/**
 * The first place on the ground that a pixel shows and how well it is known, to first order: each error moves the place by its
 * derivative, and they are independent; where one would carry the ray over a ridge, or onto one before it, it counts by as much
 * as it moves the place then. 'sky': the ray meets no ground; 'far': not within rangeM.
 */
export function target(c: Eye, p: Pixel, err: EyeError, ground: Ground, rangeM: number): Target | 'sky' | 'far' {
  const r = ray(c, p)
  const [re, rn, ru] = r
  const m = ends(c, r, ground, rangeM)
  if (m === null) return ru >= -1e-9 ? 'sky' : 'far'
  const { t, slopeE, slopeN } = m
  const steep = Math.min(ru - slopeE * re - slopeN * rn, -1e-6) // by how much it nears the ground with each ray
  let [ee, nn, en] = [0, 0, 0]
  // An error that moves the place by d, in space, with the camera or by turning it: the ray then meets the ground earlier or later.
  const add = (d: ENU, turn = false) => {
    const [e, n, u] = d
    const k = (slopeE * e + slopeN * n - u) / steep
    const by: ENU = [e + k * re, n + k * rn, 0]
    const [de, dn] = m.surveyed ? jumps(c, r, t, d, turn, by, ground, rangeM) : by
    ee += de * de
    nn += dn * dn
    en += de * dn
  }
  add([err.horizontalM, 0, 0])
  add([0, err.horizontalM, 0])
  add([0, 0, err.verticalM])
  add([0, 0, m.surveyed && ground.grid !== null ? ground.grid.errorM : err.groundM])
  const { ahead } = axes(c)
  const level: ENU = [Math.cos(c.yawDeg * rad), -Math.sin(c.yawDeg * rad), 0]
  for (const [axis, deg] of [[[0, 0, -1], err.yawDeg], [level, err.pitchDeg], [ahead, err.rollDeg]] as const) add(times(cross(axis, r), t * deg * rad), true)
  const [mean, half] = [(ee + nn) / 2, Math.hypot((ee - nn) / 2, en)]
  return {
    place: placeAfter(c, r, t), groundAmsl: m.amsl, surveyed: m.surveyed,
    ellipse: { majorM: Math.sqrt(mean + half), minorM: Math.sqrt(Math.max(0, mean - half)), bearingDeg: (Math.atan2(2 * en, nn - ee) / rad / 2 + 180) % 180 },
  }
}

/** The rim of an ellipse around a place, closed. */
export function ellipseRing(at: LatLon, e: Ellipse, corners = 48): LatLon[] {
  const [s, c] = [Math.sin(e.bearingDeg * rad), Math.cos(e.bearingDeg * rad)]
  return Array.from({ length: corners + 1 }, (_, i) => {
    const [along, aside] = [e.majorM * Math.cos((2 * Math.PI * i) / corners), e.minorM * Math.sin((2 * Math.PI * i) / corners)]
    const [east, north] = [along * s + aside * c, along * c - aside * s]
    return { lat: at.lat + north / metresPerDeg, lon: at.lon + east / metresPerDeg / Math.cos(at.lat * rad) }
  })
}
