import type { Area } from './lang.svelte'

/** Going to a place at an altitude, or circling it, by hand. */
export const aim = {
  open: ['环绕…', 'Circle…'],
  menu: ['{id} 在此环绕或定高…', '{id}: circle here, or go at an altitude…'],
  prompt: ['点击地图：{id} 飞到或环绕哪里', 'Click on the map where {id} is to go or circle'],
  title: ['{id} 飞往', '{id} goes to'],
  then: ['到达后', 'Once there'],
  hold: ['悬停', 'Hold'],
  orbit: ['环绕', 'Circle'],
  radius: ['半径（{least}–{most} m）', 'Radius ({least}–{most} m)'],
  altitude: ['高度', 'Altitude'],
  layer: ['高度层 {alt} m', 'Its layer, {alt} m'],
  own: ['自定', 'Other'],
  above: ['距地面（{low}–{high} m）', 'Above ground ({low}–{high} m)'],
  amsl: ['= 海拔 {alt} m', '= {alt} m AMSL'],
  ground: ['地面海拔 {alt} m', 'ground at {alt} m'],
  why: ['仅当与其他出动之间的空域空闲时可用；继续任务前先回到高度层。', 'Only where no other sortie holds the room; it is back in its layer before its job goes on.'],
  go: ['让 {id} 飞到', 'Send {id}'],
  circle: ['让 {id} 环绕', 'Let {id} circle'],
} as const satisfies Area
