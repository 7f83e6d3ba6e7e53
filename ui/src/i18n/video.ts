import type { Area } from './lang.svelte'

/** Live pictures. */
export const video = {
  of: ['{id} 的实时画面', 'Live picture of {id}'],
  connecting: ['正在连接画面…', 'Connecting…'],
  live: ['实时', 'Live'],
  transcoded: ['实时 · H.265 已转码', 'Live · transcoded from H.265'],
  low: ['实时 · 低码率', 'Live · reduced rate'],
  keys: ['网络不足，仅关键帧', 'Narrow network: key pictures only'],
  layer: ['画面码率', 'Picture rate'],
  auto: ['自动', 'Auto'],
  full: ['完整', 'Full'],
  reduced: ['低码率', 'Reduced'],
  stale: ['画面停止 {age}', 'No new picture for {age}'],
  refused: ['没有画面：{why}', 'No picture: {why}'],
  again: ['重试', 'Try again'],
  larger: ['放大', 'Larger'],
  smaller: ['缩小', 'Smaller'],
} as const satisfies Area
