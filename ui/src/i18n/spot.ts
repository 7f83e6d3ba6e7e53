import type { Area } from './lang.svelte'

/** What a click on the picture asks, and the place that it gives. */
export const spot = {
  point: ['指向此处', 'Point here'],
  place: ['取坐标', 'Coordinate'],
  error: ['误差（1σ）{major} × {minor} m，方位 {bearing}°', 'Error (1σ) {major} × {minor} m, bearing {bearing}°'],
  capture: ['按画面拍摄时刻', 'at the time of capture'],
  arrival: ['按画面到达时刻', 'by the time of arrival'],
  copy: ['复制', 'Copy'],
  send: ['派 {id} 前往', 'Send {id}'],
  sky: ['视线在地平线之上，没有地面', 'The ray is above the horizon: no ground there'],
  far: ['地面太远', 'The ground there is too far away'],
  position: ['该画面时刻的位置未知', 'Its position at the time of the picture is not known'],
  gimbal: ['该画面时刻的镜头朝向未知', 'Where its camera looked at the time of the picture is not known'],
  zoom: ['变焦后的视场未知', 'Zoomed, and its field of view is not told'],
  clock: ['画面时刻未知', 'The time of the picture is not known'],
} as const satisfies Area
