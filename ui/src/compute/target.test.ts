import { describe, expect, it } from 'vitest'
import golden from '../../../internal/geo/testdata/targets.json?raw'
import { distanceM } from './geo'
import { gridOf } from './grid'
import { direction, ellipseRing, target, type Ellipse, type Eye, type Pixel } from './target'

type Golden = {
  onGrid: boolean
  surveyed: boolean
  camera: { At: { lat: number; lon: number; altAmsl: number }; YawDeg: number; PitchDeg: number; RollDeg: number; HFOVDeg: number; Aspect: number }
  groundM: number
  rangeM: number
  pixel: { X: number; Y: number }
  error: { HorizontalM: number; VerticalM: number; GroundM: number; YawDeg: number; PitchDeg: number; RollDeg: number }
  place?: { lat: number; lon: number; altAmsl: number }
  ellipse?: Ellipse
}

type GoldenGrid = { Cols: number; Rows: number; West: number; South: number; Cell: number; ErrorM: number; Heights: number[] }

const { grid: g, targets: all } = JSON.parse(golden) as { grid: GoldenGrid; targets: Golden[] }
const grid = gridOf({ cols: g.Cols, rows: g.Rows, west: g.West, south: g.South, cell: g.Cell, errorM: g.ErrorM, heights: Float32Array.from(g.Heights, (h) => (h === -9999 ? NaN : h)) })
const eye = ({ camera: c }: Golden): Eye => ({ ...c.At, yawDeg: c.YawDeg, pitchDeg: c.PitchDeg, rollDeg: c.RollDeg, hfovDeg: c.HFOVDeg, aspect: c.Aspect })
const pixel = ({ pixel: p }: Golden): Pixel => ({ x: p.X, y: p.Y })

describe('the place that a pixel shows', () => {
  it('is that of the station, and so is its error', () => {
    expect(all.filter((g) => g.place && !g.onGrid)).toHaveLength(7)
    expect(all.filter((g) => g.place && g.surveyed).length).toBeGreaterThan(10)
    for (const g of all) {
      const e = g.error
      const got = target(eye(g), pixel(g), { horizontalM: e.HorizontalM, verticalM: e.VerticalM, groundM: e.GroundM, yawDeg: e.YawDeg, pitchDeg: e.PitchDeg, rollDeg: e.RollDeg }, { grid: g.onGrid ? grid : null, levelAmsl: g.groundM }, g.rangeM)
      if (g.place === undefined || g.ellipse === undefined) {
        expect(['sky', 'far']).toContain(got)
        continue
      }
      if (typeof got === 'string') throw new Error(got)
      expect([got.surveyed, got.groundAmsl.toFixed(4)]).toEqual([g.surveyed, g.place.altAmsl.toFixed(4)])
      expect(got.place.lat).toBeCloseTo(g.place.lat, 8)
      expect(got.place.lon).toBeCloseTo(g.place.lon, 8)
      expect(got.ellipse.majorM).toBeCloseTo(g.ellipse.majorM, 5)
      expect(got.ellipse.minorM).toBeCloseTo(g.ellipse.minorM, 5)
      if (g.ellipse.majorM - g.ellipse.minorM > 1e-6) expect(got.ellipse.bearingDeg).toBeCloseTo(g.ellipse.bearingDeg, 5)
    }
  })

  it('tells the sky from ground that is too far', () => {
    const level: Eye = { lat: 32.5, lon: 120.4, altAmsl: 94, yawDeg: 90, pitchDeg: 0, rollDeg: 0, hfovDeg: 70, aspect: 16 / 9 }
    const none = { horizontalM: 0, verticalM: 0, groundM: 0, yawDeg: 0, pitchDeg: 0, rollDeg: 0 }
    expect(target(level, { x: 0.5, y: 0.4 }, none, { grid: null, levelAmsl: 4 }, 2000)).toBe('sky')
    expect(target(level, { x: 0.5, y: 0.51 }, none, { grid: null, levelAmsl: 4 }, 2000)).toBe('far')
    expect(direction(level, { x: 0.5, y: 0.5 })).toEqual({ yawDeg: 90, pitchDeg: 0 })
    expect(direction(level, { x: 1, y: 0.5 }).yawDeg).toBeCloseTo(125, 9)
  })
})

it('an ellipse is drawn with its longer axis on its bearing', () => {
  const at = { lat: 32.5, lon: 120.4 }
  const far = ellipseRing(at, { majorM: 40, minorM: 10, bearingDeg: 90 }).map((p) => distanceM(at, p))
  expect(Math.max(...far)).toBeCloseTo(40, 0)
  expect(Math.min(...far)).toBeCloseTo(10, 0)
  expect(ellipseRing(at, { majorM: 40, minorM: 10, bearingDeg: 90 })[0]?.lat).toBeCloseTo(32.5, 9)
})
