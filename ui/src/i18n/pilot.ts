import type { Area } from './lang.svelte'

/** Flying by hand. */
export const pilot = {
  fly: ['手动飞行', 'Fly by hand'],
  ask: ['由您亲自操纵 {id}？它将离开当前任务，按您的摇杆飞行；松开、切走页面或静默半秒即悬停。', 'Fly {id} yourself? It leaves its job and follows your sticks; let go, leave the page or fall silent for half a second, and it holds.'],
  yes: ['操纵 {id}', 'Fly {id}'],
  flying: ['您正在操纵 {id}', 'You are flying {id}'],
  entering: ['正在进入手动模式…', 'entering the manual mode…'],
  leaving: ['松杆悬停中…', 'letting go, hold ordered…'],
  waiting: ['等待地面站…', 'waiting for the station…'],
  seen: ['模式 {mode}', 'mode {mode}'],
  station: ['到地面站 {ms} ms', 'station {ms} ms'],
  vehicle: ['到飞行器 {ms} ms', 'vehicle {ms} ms'],
  age: ['遥测 {s} s 前', 'heard {s} s ago'],
  ignored: ['未采纳 {n}', '{n} ignored'],
  release: ['松手 · 悬停', 'Let go · hold'],
  keys: ['键盘：W A S D 移动，↑ ↓ 升降，← → 转向，Shift 加力，空格松手', 'Keys: W A S D move, ↑ ↓ climb and sink, ← → turn, Shift for more, Space lets go'],
  gamepad: ['手柄：左杆升降与转向，右杆移动；空格松手', 'Gamepad: left stick climbs and turns, right stick moves; Space lets go'],
  typing: ['正在输入文字：键盘不操纵飞行器', 'Typing: the keys do not fly'],
  left: ['左杆：转向 {r}，升降 {z}', 'left stick: turn {r}, climb {z}'],
  right: ['右杆：左右 {y}，前后 {x}', 'right stick: sideways {y}, ahead {x}'],
  over: ['{id} 的手动飞行已结束：{why}', 'Flying {id} by hand is over: {why}'],
  dismiss: ['知道了', 'Dismiss'],
} as const satisfies Area

/** Why a flight by hand ended. */
export const pilotEnd = {
  released: ['已松手', 'you let go'],
  hidden: ['页面被切走', 'the page was left'],
  silent: ['操纵静默，已悬停', 'no sticks came; it holds'],
  ended: ['有新的指令', 'another order came'],
  'room-left': ['将越出飞行空间，已悬停', 'about to leave its room; it holds'],
  'position-stale': ['收不到位置，已悬停', 'its position was not heard; it holds'],
  'grant-over': ['授权已结束', 'you may fly it no longer'],
  'mode-not-seen': ['未能进入手动模式', 'the manual mode did not come'],
  'mode-left': ['飞行器离开了手动模式', 'the vehicle left the manual mode'],
  interrupted: ['飞行器模式被改变', 'the mode was changed by another or by its failsafe'],
  rebooted: ['飞行器重启', 'the vehicle started anew'],
  'temporarily-rejected': ['飞行器暂时拒绝', 'the vehicle rejects it for now'],
  denied: ['飞行器拒绝', 'the vehicle denied it'],
  'stale-epoch': ['控制权已变更', 'control has changed hands'],
  'session-ended': ['登录已失效', 'you are signed out'],
  stopping: ['地面站正在停止', 'the station stops'],
  'bad-input': ['操纵数据有误', 'the sticks were not understood'],
  flood: ['操纵数据过多', 'far too many messages'],
  slow: ['网络太慢', 'the network is too slow'],
} as const satisfies Area
