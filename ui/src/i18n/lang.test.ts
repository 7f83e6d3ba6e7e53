import { expect, it } from 'vitest'
import { chooseLang, fill } from './lang.svelte'

it('chooses the language of the address, then the remembered one, then the browser’s', () => {
  expect(chooseLang('?lang=en', 'zh', 'zh-CN')).toBe('en')
  expect(chooseLang('?lang=fr', 'en', 'zh-CN')).toBe('en')
  expect(chooseLang('', null, 'en-GB')).toBe('en')
  expect(chooseLang('', null, 'fr')).toBe('zh')
})

it('fills values in', () => {
  expect(fill('{a} of {b}', { a: 1, b: 'two' })).toBe('1 of two')
  expect(fill('{missing}', {})).toBe('{missing}')
})
