import type { Area } from './lang.svelte'

/** Cameras: the wall of all of them, what they are called and why they show nothing. */
export const camera = {
  wall: ['画面墙', 'Cameras'],
  close: ['关闭画面墙', 'Close the camera wall'],
  air: ['空中', 'In the air'],
  docks: ['机库', 'Docks'],
  all: ['全部', 'All'],
  inside: ['舱内', 'inside'],
  outside: ['舱外', 'outside'],
  open: ['打开 {id} 的实时画面', 'Open the live picture of {id}'],
  pace: ['空中每 {air} 秒、其余每 {ground} 秒更新', 'In the air a picture every {air} s, others every {ground} s'],
  noneAir: ['没有飞行器在空中', 'No vehicle is in the air'],
  none: ['没有摄像头', 'No cameras'],
  absent: ['摄像头没有给出画面地址', 'The camera has told of no picture'],
  waiting: ['正在取画面…', 'Waiting for a picture…'],
  h265: ['H.265 画面不在墙上显示，可打开实时画面', 'H.265 is not shown on the wall; open the live picture'],
  failed: ['取不到画面：{why}', 'No picture: {why}'],
  old: ['{age} 前', '{age} old'],
  snapshot: ['截图', 'Snapshot'],
  cameras: ['摄像头', 'Cameras'],
  behind: ['经 HLS，约晚 {n} 秒', 'By HLS, about {n} s behind'],
} as const satisfies Area
