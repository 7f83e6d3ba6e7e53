import { afterEach, expect, it } from 'vitest'
import { language } from './lang.svelte'
import { whyText } from './why'

afterEach(() => (language.current = 'zh'))

it.each([
  ['return ordered by lin', 'lin 下令返航', 'return ordered by lin'],
  ['incident N-7: outbound', '警情 N-7：前往现场', 'incident N-7: on the way'],
  ['patrol S-12: on-task, recalled by lin', '巡逻 S-12：在现场，lin 召回', 'patrol S-12: on scene, recalled by lin'],
  ['failsafe: battery low', '失效保护：battery low', 'failsafe: battery low'],
  ['waits for dock, position fix', '等待：机库开启，定位', 'waits for dock open, position fix'],
  ['on the ground', '在地面', 'on the ground'],
  ['something new', 'something new', 'something new'],
])('%s', (text, chinese, english) => {
  expect(whyText(text)).toBe(chinese)
  language.current = 'en'
  expect(whyText(text)).toBe(english)
})
