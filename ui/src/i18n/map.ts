import type { Area } from './lang.svelte'

export const map = {
  closer: ['放大', 'Closer'],
  farther: ['缩小', 'Farther'],
  whole: ['显示整个机队', 'Show the whole fleet'],
  leave: ['取消（Esc）', 'Cancel (Esc)'],
  legend: ['图例', 'Legend'],
  auto: ['自动执行', 'automatic'],
  fine: ['正常', 'fine'],
  care: ['需关注', 'attention'],
  act: ['立即处理', 'act now'],
  still: ['陈旧或未知', 'stale or unknown'],
  lost: ['失联：最后位置', 'lost: last place'],
  outlook: ['若失联将降落处', 'would land by itself'],
  aircraft: ['其他航空器，及半分钟航迹', 'aircraft of others, and its next half minute'],
  drone: ['他方无人机', 'drone of others'],
  obstacle: ['障碍物', 'obstacle'],
  nearOther: ['靠近我方飞行器', 'near one of ours'],
} as const satisfies Area
