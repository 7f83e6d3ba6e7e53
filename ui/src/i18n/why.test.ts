import { afterEach, expect, it } from 'vitest'
import { language } from './lang.svelte'
import catalogue from './sentences.json'
import { aboutText, whyText } from './why'

afterEach(() => (language.current = 'zh'))

it.each([
  ['return ordered by lin', 'lin 下令返航', 'return ordered by lin'],
  ['incident N-7: outbound', '警情 N-7：前往现场', 'incident N-7: on the way'],
  ['patrol S-12: on-task, recalled by lin', '巡逻 S-12：在现场，lin 召回', 'patrol S-12: on scene, recalled by lin'],
  ['failsafe: battery low', '失效保护：电量低', 'failsafe: battery low'],
  ['waits for dock, position fix', '等待：机库开启，定位', 'waits for dock open, position fix'],
  ['waits for dock, the dock has no mains', '等待：机库开启，机库断电', 'waits for dock open, the dock has no mains'],
  ['incident N-7: returning, comes home early: rain 6.0 mm/h over 4.0', '警情 N-7：返航，提前返航：降雨超限：6.0 mm/h，超过 4.0', 'incident N-7: returning, comes home early: rain 6.0 mm/h over 4.0'],
  ['on the ground', '在地面', 'on the ground'],
  ['V07 did not go: not ready in time: waits for position fix', 'V07 未能出动：未按时就绪：等待：定位', 'V07 did not go: not ready in time: waits for position fix'],
  ['V07: mission, fence changed on board by somebody else', 'V07：机上航线，围栏被他人更改', 'V07: plan, fence changed on board by somebody else'],
  ['no drone: 3 busy, 2 not heard, 1 wind over limit', '无可用飞行器：3 架正在执行任务，2 架收不到信号，1 架风速超限', 'no drone: 3 busy, 2 not heard, 1 wind over limit'],
  ['wind 12.1 m/s over 8.0', '风速 12.1 m/s，超过 8.0', 'wind 12.1 m/s over 8.0'],
  ['link lost, last heard 12 s ago', '链路中断，上次收到：12 s 前', 'link lost, last heard 12 s ago'],
  ['mode mission → hold was not ordered by this station (pilot took over)', '模式由“航线”变为“悬停”，并非本站下令（飞手接管）', 'mode mission → hold was not ordered by this station (pilot took over)'],
  ['remote identification: missing position', '远程识别：缺少位置', 'remote identification: missing position'],
  ['V03: aircraft B7102 within 400 m, +30 m', 'V03：有人航空器 B7102 在 400 m 以内，+30 m', 'V03: manned aircraft B7102 within 400 m, +30 m'],
  [`slot ${new Date(2026, 10, 27, 7, 18, 2).toISOString().replace('.000', '')}: V01 in 146 s`, '11-27 07:18:02 班次：V01 146 s 到达', 'slot 11-27 07:18:02: V01 in 146 s'],
  ['guard: speed, m/s 70 is not within 0.1 to 60', '安全限制：速度（m/s） 70，不在 0.1 至 60 之间', 'guard: speed, m/s 70 is not within 0.1 to 60'],
  ['guard: command 400 is not on the list', '安全限制：指令 400 不在允许之列', 'guard: command 400 is not on the list'],
  ['guard: no fence, so no movement target\nguard: altitude, m AMSL 700 is not within 10 to 500', '安全限制：没有围栏，不能指定飞行目标；安全限制：海拔（m） 700，不在 10 至 500 之间', 'guard: no fence, so no movement target; guard: altitude, m AMSL 700 is not within 10 to 500'],
  ['H09: emergency stop (103), mains (201)', 'H09：急停（103），市电（201）', 'H09: emergency stop (103), mains (201)'],
  ['there is no vehicle V99', '没有飞行器 V99', 'there is no vehicle V99'],
  ['name: expected length <= 200; minutes: expected number >= 1', 'name：长度不得超过 200；minutes：不得小于 1', 'name: expected length <= 200; minutes: expected number >= 1'],
  ['something new', 'something new', 'something new'],
  ['by mistake, sorry: it was a drill', 'by mistake, sorry: it was a drill', 'by mistake, sorry: it was a drill'],
])('%s', (text, chinese, english) => {
  expect(whyText(text)).toBe(chinese)
  language.current = 'en'
  expect(whyText(text)).toBe(english)
})

const holes = (s: string) => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? '').sort()

it('says each sentence of the station in Chinese, with all that is put into it', () => {
  for (const [en, zh] of Object.entries(catalogue)) {
    expect([...new Set(holes(zh))], en).toEqual([...new Set(holes(en))])
    const put = en.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'gate' ? 'wind' : /^(a|b)$/.test(name) ? 'Q' : /^[a-z]{1,2}$|range|low|high|most|min|deg|limit|intent|sortie|^dock$/.test(name) ? '7' : `x${name.replace(/[A-Z0-9]/g, '')}`))
    expect(/[\u4e00-\u9fff]/.test(whyText(put)), `${en} → ${whyText(put)}`).toBe(true)
    language.current = 'en'
    expect(whyText(put), en).toBe(put)
    language.current = 'zh'
  }
})

it('does not name twice whom a sentence is about', () => {
  expect(aboutText('V01', 'V01: link lost under human control')).toBe('人工控制中链路中断')
  language.current = 'en'
  expect(aboutText('V01', 'V01: link lost under human control')).toBe('link lost under human control')
  expect(aboutText('V01', 'V12: link lost under human control')).toBe('V12: link lost under human control')
  expect(aboutText(undefined, 'V01 is over')).toBe('V01 is over')
})
