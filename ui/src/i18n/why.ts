import { dayText } from '../compute/time'
import { act } from './act'
import { dockModule, dockState, doing, gate, lid, linkState, mode, part } from './fleet'
import { incidentState, sortie } from './incident'
import { language, t, word, type Area, type Text } from './lang.svelte'
import { contactKind } from './traffic'
import { reasonText } from './remoteid'
import catalogue from './sentences.json'

/** A sentence: how the station writes it, with groups for what is put into it, and how it is said here. */
type Sentence = readonly [RegExp, Text]

/** Sentences that hold no word of their own, and those of the checks that every call goes through. */
const shapes: readonly Sentence[] = [
  [/^guard: (?<why>[^\n]*)$/, ['安全限制：{why}', 'guard: {why}']],
  [/^expected length <= (?<n>\d+)$/, ['长度不得超过 {n}', 'expected length <= {n}']],
  [/^expected length >= (?<n>\d+)$/, ['长度不得少于 {n}', 'expected length >= {n}']],
  [/^expected number <= (?<n>\S+)$/, ['不得大于 {n}', 'expected number <= {n}']],
  [/^expected number >= (?<n>\S+)$/, ['不得小于 {n}', 'expected number >= {n}']],
  [/^expected number > (?<n>\S+)$/, ['须大于 {n}', 'expected number > {n}']],
  [/^expected number < (?<n>\S+)$/, ['须小于 {n}', 'expected number < {n}']],
  [/^expected array length <= (?<n>\d+)$/, ['不得超过 {n} 项', 'expected array length <= {n}']],
  [/^expected array length >= (?<n>\d+)$/, ['不得少于 {n} 项', 'expected array length >= {n}']],
  [/^expected value to be one of "(?<names>.*)"$/, ['须为以下之一：{names}', 'expected value to be one of "{names}"']],
  [/^expected required property (?<name>\S+) to be present$/, ['缺少 {name}', 'expected required property {name} to be present']],
  [/^expected (?<what>number|string|integer|boolean|array|object)$/, ['类型不符（{what}）', 'expected {what}']],
  [/^incident (?<id>\S+): (?<state>[a-z-]+)(?:, (?<more>.*))?$/, ['警情 {id}：{state}{more}', 'incident {id}: {state}{more}']],
  [/^(?<purpose>incident|patrol|manual|plan) (?<id>\S+): (?<state>[a-z-]+)(?:, (?<more>.*))?$/, ['{purpose} {id}：{state}{more}', '{purpose} {id}: {state}{more}']],
]

/** What of a vehicle or a list is named by a word of the station in the midst of a sentence. */
const things: Area = {
  mission: ['航线', 'plan'],
  fence: ['围栏', 'fence'],
  rally: ['集结点', 'rally points'],
  vehicle: ['飞行器', 'vehicle'],
  position: ['位置', 'position'],
  gimbal: ['云台', 'gimbal'],
  'on-ground': ['在地面', 'on the ground'],
  'in-air': ['在空中', 'in the air'],
  takeoff: ['起飞', 'taking off'],
  landing: ['降落', 'landing'],
  unknown: ['未知', 'unknown'],
  never: ['从未', 'never'],
  uncommanded: ['非本站下令', 'not ordered by this station'],
  'manual-mode': ['手动模式', 'manual mode'],
  failsafe: ['失效保护', 'failsafe'],
  guard: ['安全限制', 'guard'],
  'not on the list': ['不在允许之列', 'not on the list'],
}

/** What stands in a place of a sentence, by the name of the place; in others stands a sentence, a name or a value. */
const words: Readonly<Record<string, Area>> = {
  act, state: doing, purpose: sortie, from: mode, to: mode, mode, link: linkState, dockState, lid, lid2: lid, incidentState, trafficKind: contactKind,
  missing: things, landed: things, cause: things, who: things, ago: things,
}
const lists: Readonly<Record<string, Area>> = { parts: part, lists: things }

const separator: Text = ['，', ', ']
const number = String.raw`[-+]?(?:[\d.]+(?:e[-+]?\d+)?|Inf|NaN)`
const places: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['n', 'm', 's', 't', 'km', 'wh', 'range', 'low', 'high', 'most', 'min', 'deg', 'limit'].map((name) => [name, number])),
  state: '[a-z-]+', gate: '[a-z-]+', act: '[a-z-]+', link: '[a-z-]+', dockState: '[a-z-]*', mode: String.raw`[\w.-]+`, who: String.raw`[\w.-]+(?: [\w.-]+)?`, intent: String.raw`\S*\d`, sortie: String.raw`\S*\d`, dock: String.raw`\S*\d`,
}

const escaped = (s: string) => s.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
const literal = (s: string) => s.replace(/\{\w+\}/g, '').length

function pattern(sentence: string): RegExp {
  const used = new Set<string>()
  const source = sentence.split(/(\{\w+\})/).map((piece) => {
    const name = /^\{(\w+)\}$/.exec(piece)?.[1]
    if (name === undefined) return escaped(piece)
    if (used.has(name)) return `(?:${places[name] ?? '.*?'})`
    used.add(name)
    return `(?<${name}>${places[name] ?? '.*?'})`
  })
  return new RegExp(`^${source.join('')}$`, 's')
}

/** Those that hold more words of their own stand first. */
const sentences: readonly Sentence[] = [
  ...Object.entries(catalogue as Readonly<Record<string, string>>)
    .sort(([a], [b]) => literal(b) - literal(a))
    .map(([en, zh]): Sentence => [pattern(en), [zh, en]]),
  ...shapes,
]

const lower = (s: string) => (language.current === 'en' ? s.toLowerCase() : s)

// In English the station's own words for its rules stand in the sentence.
const ruled = (code: string) => (language.current === 'zh' && (gate as Area)[code] ? word(gate, code) : whyText(code))

function counted(said: string): string {
  const [, n = '', what = ''] = /^(\d+) (.+)$/.exec(said) ?? []
  if (n === '' || language.current === 'en') return said
  const code = what.replaceAll(' ', '-')
  return `${n} 架${code in gate ? ruled(code) : whyText(what)}`
}

/** A time as the station writes it. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

function value(name: string, said: string): string {
  const area = words[name]
  if (area?.[said]) return lower(word(area, said))
  const list = lists[name]
  if (list !== undefined) return said.split(', ').map((p) => (list[p] ? lower(word(list, p)) : whyText(p))).join(t(separator))
  if (name === 'counts') return said.split(', ').map(counted).join(t(separator))
  if (name === 'gate') return ruled(said)
  if (instant.test(said)) return dayText(Date.parse(said))
  if (name === 'identity') return reasonText(said)
  if (name === 'more' && said !== '') return t(separator) + whyText(said)
  return whyText(said)
}

/** What joins sentences, and how it does that here. */
const joints: readonly (readonly [RegExp, Text])[] = [
  [/^(.+?); (.+)$/s, ['{a}；{b}', '{a}; {b}']],
  [/^(.+?): (.+)$/s, ['{a}：{b}', '{a}: {b}']],
  [/^(.+) \((.+)\)$/s, ['{a}（{b}）', '{a} ({b})']],
  [/^(.+?), (.+)$/s, ['{a}，{b}', '{a}, {b}']],
]

function translated(text: string): string {
  const module = dockModule[text]
  if (module !== undefined) return t(module)
  if (text.includes('\n')) return text.split('\n').map(whyText).join(t(['；', '; '])) // several refusals at once
  for (const [sentence, said] of sentences) {
    const match = sentence.exec(text)
    if (match !== null) return t(said, Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, v = '']) => [name, value(name, v)])))
  }
  for (const [joint, said] of joints) {
    const [, a = '', b = ''] = joint.exec(text) ?? []
    if (a === '') continue
    const [left, right] = [whyText(a), whyText(b)]
    return left === a && right === b ? text : t(said, { a: left, b: right })
  }
  return text
}

/** A sentence about a vehicle or a dock whose id stands before it already. */
export function aboutText(id: string | undefined, text: string): string {
  const said = whyText(text)
  const [, rest] = /^\S+?(?:：|: )(.+)$/s.exec(said) ?? []
  return rest !== undefined && id !== undefined && (said.startsWith(`${id}：`) || said.startsWith(`${id}: `)) ? rest : said
}

const most = 500
const known = new Map<string, string>()

/**
 * Gives a sentence of the station in the operator's language. The station writes English, for its log and for programs too;
 * each of its sentences is in the catalogue, which a test holds against the source. What is none of them was said by a
 * vehicle or a person, and stays as it is.
 */
export function whyText(text: string): string {
  if (text === '') return text
  const key = language.current + text
  let said = known.get(key)
  if (said === undefined) {
    if (known.size >= most) known.clear()
    said = translated(text)
    known.set(key, said)
  }
  return said
}
