import { afterEach, expect, it } from 'vitest'
import { language } from './lang.svelte'
import { whyText } from './why'

afterEach(() => (language.current = 'zh'))

it.each([
  ['return ordered by lin', 'lin 下令返航'],
  ['incident N-7: outbound', '警情 N-7：前往现场'],
  ['patrol S-12: on-task, wind rising', '巡逻 S-12：在现场，wind rising'],
  ['failsafe: battery low', '失效保护：battery low'],
  ['on the ground', '在地面'],
  ['something new', 'something new'],
])('%s', (text, chinese) => {
  expect(whyText(text)).toBe(chinese)
  language.current = 'en'
  expect(whyText(text)).toBe(text)
})
