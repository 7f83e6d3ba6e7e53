import { expect, it } from 'vitest'
import css from './tokens.css?raw'

type RGB = [number, number, number]

const token = (name: string) => new RegExp(`--${name}: ([^;]+);`).exec(css)?.[1] ?? ''

/** A colour of the tokens, laid over another where it is half seen through. */
function colour(name: string, under: RGB = [0, 0, 0]): RGB {
  const hex = /^#(..)(..)(..)$/.exec(token(name))
  if (hex) return [1, 2, 3].map((i) => parseInt(hex[i] ?? '', 16)) as RGB
  const [r = NaN, g = NaN, b = NaN, percent = NaN] = token(name).match(/\d+/g)?.map(Number) ?? []
  return [r, g, b].map((v, i) => (v * percent + (under[i] ?? 0) * (100 - percent)) / 100) as RGB
}

// WCAG 2.2: relative luminance, and the ratio of two.
function luminance(c: RGB): number {
  const [r, g, b] = c.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)) as RGB
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: RGB, b: RGB): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

const grounds = ['ground', 'panel', 'raised'] as const

it.each(['text', 'text-2', 'text-3', 'auto', 'fine', 'care', 'act', 'other', 'private'])('%s is read on every ground', (text) => {
  for (const ground of grounds) expect(contrast(colour(text), colour(ground)), ground).toBeGreaterThanOrEqual(4.5)
})

it.each(['auto', 'fine', 'care', 'act', 'still'])('%s is read on its own tint', (tone) => {
  for (const ground of grounds) expect(contrast(colour(tone), colour(`${tone}-bg`, colour(ground))), ground).toBeGreaterThanOrEqual(4.5)
})

it.each(['act-solid', 'auto-solid'])('white is read on %s', (solid) => {
  expect(contrast([255, 255, 255], colour(solid))).toBeGreaterThanOrEqual(4.5)
})
