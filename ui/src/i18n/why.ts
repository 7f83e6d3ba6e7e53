import { act } from './act'
import { doing } from './fleet'
import { fill, language, word, type Area } from './lang.svelte'
import { sortie } from './incident'

/** The station's sentences of why a vehicle moves, which it writes in English, and what they are in Chinese. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/^on the ground$/, '在地面'],
  [/^not heard since the station started$/, '地面站启动后尚未收到信号'],
  [/^under human control \((?<cause>.*)\)$/, '人工接管（{cause}）'],
  [/^link lost: the vehicle's own return$/, '链路中断：飞行器自行返航'],
  [/^failsafe: (?<cause>.*)$/, '失效保护：{cause}'],
  [/^held by (?<by>.*)$/, '由 {by} 下令待命'],
  [/^released by (?<by>.*)$/, '{by} 已交还自动控制'],
  [/^(?<act>[a-z-]+) ordered by (?<by>.*)$/, '{by} 下令{act}'],
  [/^incident (?<id>\S+): (?<state>[a-z-]+)(?:, (?<why>.*))?$/, '警情 {id}：{state}{why}'],
  [/^(?<purpose>incident|patrol|manual|plan) (?<id>\S+): (?<state>[a-z-]+)(?:, (?<why>.*))?$/, '{purpose} {id}：{state}{why}'],
  [/^in the air without a sortie \((?<mode>.*)\)$/, '空中无任务（{mode}）'],
]

const words: Readonly<Record<string, Area>> = { act, state: doing, purpose: sortie }

/** Gives a sentence of the station in the operator's language; one we do not know stays as it is. */
export function whyText(text: string): string {
  if (language.current === 'en') return text
  for (const [pattern, chinese] of sentences) {
    const groups = pattern.exec(text)?.groups
    if (groups === undefined && !pattern.test(text)) continue
    const values = Object.entries(groups ?? {}).map(([name, value = '']) => {
      const area = words[name]
      if (area !== undefined) return [name, word(area, value)] as const
      return [name, name === 'why' && value !== '' ? `，${value}` : value] as const
    })
    return fill(chinese, Object.fromEntries(values))
  }
  return text
}

