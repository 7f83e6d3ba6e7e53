import type { Area } from './lang.svelte'

/** Following another vehicle or a place. */
export const follow = {
  open: ['跟随…', 'Follow…'],
  whom: ['跟随目标', 'What to follow'],
  none: ['选择飞行器', 'Choose a vehicle'],
  air: ['{id} · 空中 · {away}', '{id} · in the air · {away}'],
  ground: ['{id} · 地面 · {away}', '{id} · on the ground · {away}'],
  pick: ['在地图上选', 'Pick on map'],
  pickPrompt: ['点击地图：{id} 跟随哪架飞行器或哪个位置', 'Click on the vehicle or the place that {id} is to follow'],
  place: ['地图位置 {place}', 'place {place}'],
  distance: ['保持水平距离（{least}–{most} m）', 'Distance to keep ({least}–{most} m)'],
  layer: ['保持自身高度层：海拔 {alt} m', 'It keeps its own layer, {alt} m AMSL'],
  notePlace: ['位置由本页面持续报送；关闭本页面后 {id} 将悬停。', 'This page tells the place; when it is closed, {id} holds.'],
  noteVehicle: ['收不到目标 3 秒后 {id} 将悬停。', '{id} holds when its target is not heard for 3 s.'],
  notAble: ['该机型不能跟随', 'This class cannot follow at a distance'],
  start: ['让 {id} 跟随', 'Let {id} follow'],
  ask: ['让 {id} 离开当前任务，在 {m} m 外跟随 {target}？', 'Let {id} leave its job and follow {target} at {m} m?'],
  now: ['正在跟随 {target}，保持 {m} m', 'Follows {target} at {m} m'],
  aPlace: ['一个位置', 'a place'],
  elsewhere: ['位置由他处报送', 'the place is told from elsewhere'],
  move: ['移动位置', 'Move place'],
  movePrompt: ['点击地图：{id} 所跟随位置的新地点', 'Click on the map where the place that {id} follows is now'],
  stop: ['停止跟随', 'Stop following'],
  target: ['跟随目标', 'followed'],
} as const satisfies Area
