import type { Area } from './lang.svelte'

/** What a dock is ordered to do for its vehicle between sorties, and how it goes. */
export const serviceAct = {
  'swap-pack': ['更换电池', 'Change of pack'],
  charge: ['充电', 'Charging'],
  wake: ['唤醒', 'Waking'],
} as const satisfies Area

export const serviceStage = {
  sent: ['已下令', 'ordered'],
  accepted: ['机库已接受', 'accepted by the dock'],
  progress: ['进行中', 'under way'],
  done: ['已完成（已观测）', 'done (observed)'],
  refused: ['机库拒绝', 'refused'],
  failed: ['失败', 'failed'],
  'timed-out': ['超时未完成', 'timed out'],
} as const satisfies Area

export const service = {
  line: ['{act}：{stage}', '{act}: {stage}'],
  out: ['停用', 'Out of service'],
  pack: ['电池', 'Pack'],
  cycles: ['循环 {n} 次', '{n} cycles'],
  noPack: ['已取出或未知', 'out or unknown'],
  packs: ['备用电池', 'Spare packs'],
  ready: ['{ready}/{all} 已充满', '{ready} of {all} charged'],
  back: ['恢复使用', 'Return to service'],
  ask: ['让 {id} 恢复使用？请确认电池已装好、机构正常。', 'Return {id} to service? Make sure that the pack sits and the mechanism is sound.'],
} as const satisfies Area
