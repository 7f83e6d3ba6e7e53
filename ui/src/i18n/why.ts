import { act } from './act'
import { doing, mode, part } from './fleet'
import { sortie } from './incident'
import { language, t, word, type Area, type Text } from './lang.svelte'

/** The sentences in which the station says why, as it writes them, and how they are said here. */
const sentences: readonly (readonly [RegExp, Text])[] = [
  [/^on the ground$/, ['在地面', 'on the ground']],
  [/^not heard since the station started$/, ['地面站启动后尚未收到信号', 'not heard since the station started']],
  [/^under human control \((?<cause>.*)\)$/, ['人工接管（{cause}）', 'under human control ({cause})']],
  [/^link lost: the vehicle's own return$/, ['链路中断：飞行器自行返航', 'link lost: the vehicle returns by itself']],
  [/^failsafe: (?<cause>.*)$/, ['失效保护：{cause}', 'failsafe: {cause}']],
  [/^held by (?<by>.*)$/, ['由 {by} 下令待命', 'held by {by}']],
  [/^flown by hand by (?<by>.*)$/, ['{by} 正在手动操纵', 'flown by hand by {by}']],
  [/^held after it was flown by hand by (?<by>.*)$/, ['{by} 手动操纵后悬停', 'held after {by} flew it by hand']],
  [/^released by (?<by>.*)$/, ['{by} 已交还自动控制', 'released by {by}']],
  [/^recalled by (?<by>.*)$/, ['{by} 召回', 'recalled by {by}']],
  [/^cancelled by (?<by>.*)$/, ['{by} 取消', 'cancelled by {by}']],
  [/^(?<act>[a-z-]+) ordered by (?<by>.*)$/, ['{by} 下令{act}', '{act} ordered by {by}']],
  [/^incident (?<id>\S+): (?<state>[a-z-]+)(?:, (?<more>.*))?$/, ['警情 {id}：{state}{more}', 'incident {id}: {state}{more}']],
  [/^(?<purpose>incident|patrol|manual|plan) (?<id>\S+): (?<state>[a-z-]+)(?:, (?<more>.*))?$/, ['{purpose} {id}：{state}{more}', '{purpose} {id}: {state}{more}']],
  [/^mode (?<from>\S+) → (?<to>\S+) was not ordered by this station$/, ['模式由“{from}”变为“{to}”，并非本站下令', 'mode {from} → {to} was not ordered by this station']],
  [/^in the air without a sortie \((?<mode>.*)\)$/, ['空中无任务（{mode}）', 'in the air without a sortie ({mode})']],
  [/^waits for the crew's word$/, ['等待机组确认', 'waits for the crew']],
  [/^waits for (?<parts>.*)$/, ['等待：{parts}', 'waits for {parts}']],
  [/^after a restart: waits to hear (?<id>.*)$/, ['重启后：等待 {id} 的信号', 'after a restart: waits to hear {id}']],
  [/^after a restart: (?:armed, )?waits to see whether it lifts off$/, ['重启后：等待确认是否已离地', 'after a restart: waits to see whether it lifts off']],
  [/^lifted off while it was stopped$/, ['停止时已离地', 'lifted off while it was stopped']],
  [/^link lost: the vehicle's own failsafe has it$/, ['链路中断：由飞行器自身失效保护处置', "link lost: the vehicle's own failsafe has it"]],
  [/^incident cancelled by (?<by>.*)$/, ['{by} 取消了警情', 'incident cancelled by {by}']],
  [/^no crew confirmed in time$/, ['机组未按时确认', 'no crew confirmed in time']],
  [/^a human holds the vehicle$/, ['由人工控制', 'a human holds the vehicle']],
]

const words: Readonly<Record<string, Area>> = { act, state: doing, purpose: sortie, from: mode, to: mode, mode }
const separator: Text = ['，', ', ']

function value(name: string, said: string): string {
  const area = words[name]
  if (area !== undefined) return lower(word(area, said))
  if (name === 'parts') return said.split(', ').map((p) => lower(word(part, p))).join(t(separator))
  return name === 'more' && said !== '' ? t(separator) + whyText(said) : said
}

const lower = (s: string) => (language.current === 'en' ? s.toLowerCase() : s)

/** Gives a sentence of the station in the operator's language; one we do not know stays as it is. */
export function whyText(text: string): string {
  for (const [pattern, said] of sentences) {
    const match = pattern.exec(text)
    if (match === null) continue
    return t(said, Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, v = '']) => [name, value(name, v)])))
  }
  return text
}
