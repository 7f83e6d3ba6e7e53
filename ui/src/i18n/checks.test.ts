import { afterEach, expect, it } from 'vitest'
import { checkText, saidText, componentText } from './checks'
import { language } from './lang.svelte'
import { reasonText } from './remoteid'

afterEach(() => (language.current = 'zh'))

it.each([
  ['Arming denied: Resolve system health failures first', '拒绝解锁：请先排除自检故障'],
  ['Geofence violation for waypoint 2', '航点 2 超出围栏'],
  ['Disarmed by external command', '已上锁（external command）'],
  ['something new', 'something new'],
])('%s', (text, chinese) => {
  expect(saidText(text)).toBe(chinese)
  language.current = 'en'
  expect(saidText(text)).toBe(text)
})

it('keeps the words of a vehicle that we have none for', () => {
  const c = (name: string, text: string) => checkText({ name, text, component: '', severity: 'error' })
  expect(c('check_modes_global_pos', 'Navigation error')).toBe('没有有效的全球位置估计')
  expect(c('check_new', 'Something is wrong')).toBe('Something is wrong')
  language.current = 'en'
  expect(c('check_modes_global_pos', 'Navigation error')).toBe('Navigation error')
})

it.each([
  ['missing basic_id, position', '缺少飞行器编号、位置', 'missing vehicle id, position'],
  ['missing basic_id message', 'missing basic_id message', 'missing basic_id message'],
  ['transmitter fault', 'transmitter fault', 'transmitter fault'],
])('a transmitter of remote identification: %s', (text, chinese, english) => {
  expect(reasonText(text)).toBe(chinese)
  language.current = 'en'
  expect(reasonText(text)).toBe(english)
})

it('says what a check is about', () => {
  expect(componentText('Global position estimate')).toBe('全球位置估计')
  expect(componentText('Something new')).toBe('Something new')
  language.current = 'en'
  expect(componentText('System')).toBe('System')
})
