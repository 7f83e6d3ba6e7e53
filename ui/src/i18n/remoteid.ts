import { language, t, type Area } from './lang.svelte'

export const remoteId = {
  title: ['远程识别', 'Remote ID'],
} as const satisfies Area

export const remoteIdState = {
  ready: ['可以解锁', 'Good to arm'],
  present: ['尚未报告状态', 'Has not told its state'],
  silent: ['没有信号', 'Silent'],
  failing: ['不可解锁', 'Not good to arm'],
  unheard: ['未检测到发射器', 'No transmitter heard'],
} as const satisfies Area

/** What a transmitter may miss, by its own word. */
const parts: Area = {
  basic_id: ['飞行器编号', 'vehicle id'],
  operator_id: ['运营人编号', 'operator id'],
  self_id: ['飞行目的', 'purpose'],
  system: ['控制站位置', 'operator location'],
  location: ['位置', 'position'],
  position: ['位置', 'position'],
}

/** What a transmitter says is wrong, in the operator's language; what we do not know stays as it is. */
export function reasonText(text: string): string {
  const list = /^missing (.+)$/.exec(text)?.[1]?.split(', ')
  if (list === undefined || !list.every((name) => parts[name] !== undefined)) return text
  const names = list.map((name) => t(parts[name] ?? [name, name]))
  return language.current === 'zh' ? `缺少${names.join('、')}` : `missing ${names.join(', ')}`
}
