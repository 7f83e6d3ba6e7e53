import type { Area } from './lang.svelte'

/** Why a picture is not recorded or not shown. */
export const privacy = {
  dark: ['不显示、不录像', 'Not shown, not recorded'],
  unrecorded: ['不录像', 'Not recorded'],
  zone: ['隐私区：{zones}', 'privacy zone: {zones}'],
  unknown: ['附近有隐私区，镜头朝向未知：{zones}', 'a privacy zone is in reach and the view is not known: {zones}'],
  transit: ['途中镜头须朝向地平线', 'on its way, and not looking at the horizon'],
  until: ['至 {time}', 'until {time}'],
  overridden: ['已由 {by} 解除限制（{reason}），至 {time}', 'Opened by {by} ({reason}) until {time}'],
  open: ['解除限制…', 'Override…'],
  reason: ['理由（必填，将记入台账）', 'Reason (required, kept in the ledger)'],
  minutes: ['分钟', 'min'],
  confirm: ['解除 {id} 的限制', 'Open the picture of {id}'],
  end: ['恢复限制', 'End it now'],
} as const satisfies Area
