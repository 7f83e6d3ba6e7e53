import type { Area } from './lang.svelte'

/** Aircraft of others. */
export const traffic = {
  title: ['其他航空器', 'Other aircraft'],
  layerOn: ['隐藏其他航空器', 'Hide other aircraft'],
  layerOff: ['显示其他航空器', 'Show other aircraft'],
  layerHidden: ['已隐藏；告警中的仍会显示。', 'Hidden; those in an alarm are shown all the same.'],
  near: ['靠近 {ids}', 'near {ids}'],
  than: ['相对 {id}', 'from {id}'],
  height: ['高度（其自报）', 'Altitude, as it tells'],
  noHeight: ['未报高度', 'not told'],
  higher: ['高度差', 'Height difference'],
  away: ['距离', 'Distance'],
  speed: ['地速', 'Ground speed'],
  heading: ['航向', 'Heading'],
  source: ['来源', 'Source'],
  heardBy: ['由 {id} 收到', 'heard by {id}'],
  unknown: ['未知', 'unknown'],
} as const satisfies Area

export const contactKind = {
  aircraft: ['有人航空器', 'Manned aircraft'],
  drone: ['他方无人机', 'Drone of others'],
} as const satisfies Area

export const contactSource = {
  adsb: ['ADS-B', 'ADS-B'],
  odid: ['远程识别', 'Remote ID'],
} as const satisfies Area
