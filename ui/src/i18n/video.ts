import type { Area } from './lang.svelte'

/** Live pictures. */
export const video = {
  of: ['{id} 的实时画面', 'Live picture of {id}'],
  connecting: ['正在连接画面…', 'Connecting…'],
  live: ['实时', 'Live'],
  transcoded: ['实时 · H.265 已转码', 'Live · transcoded from H.265'],
  stale: ['画面停止 {age}', 'No new picture for {age}'],
  refused: ['没有画面：{why}', 'No picture: {why}'],
  again: ['重试', 'Try again'],
  larger: ['放大', 'Larger'],
  smaller: ['缩小', 'Smaller'],
} as const satisfies Area
