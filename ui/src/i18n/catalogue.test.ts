import { expect, it } from 'vitest'
import type { Area } from './lang.svelte'

const areas = import.meta.glob<Record<string, unknown>>(['./*.ts', '!./*.test.ts', '!./lang.svelte.ts', '!./index.ts'], { eager: true })
const isArea = (v: unknown): v is Area => typeof v === 'object' && v !== null && Object.values(v).every((t) => Array.isArray(t) && t.length === 2)
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()

it('has every text in both languages, with the same values', () => {
  const all = Object.values(areas).flatMap((m) => Object.values(m)).filter(isArea).flatMap((area) => Object.values(area))
  expect(all.length).toBeGreaterThan(200)
  for (const [zh, en] of all) {
    expect(zh.trim()).not.toBe('')
    expect(en.trim()).not.toBe('')
    expect(names(zh), zh).toEqual(names(en))
  }
})
