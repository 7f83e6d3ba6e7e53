import type { Area } from './lang.svelte'

/** Systems that are heard and in no registry. */
export const unknown = {
  title: ['未登记的系统', 'Unknown systems'],
  note: ['已隔离：不向其发送任何指令，也不采信其数据。', 'Quarantined: nothing is sent to them, nothing they say is believed.'],
  system: ['系统 {n}', 'System {n}'],
  from: ['链路 {link} {addr}', 'link {link} {addr}'],
  choose: ['选择失联的飞行器或机库', 'Choose a vehicle or dock that is not heard'],
  claims: ['{addr} 处的另一台设备使用 {id} 的编号', 'Other hardware at {addr} claims to be {id}'],
  itIs: ['确认它就是 {id}', 'It is {id} now'],
  bind: ['绑定', 'Bind'],
  bindTo: ['把系统 {n} 绑定为 {id}', 'Bind system {n} as {id}'],
  bindAsk: ['今后系统 {n} 就是 {id}：其数据将被采信，指令将发给它。', 'From now on system {n} is {id}: what it says is believed, and orders go to it.'],
} as const satisfies Area

export const unknownSays = {
  unknown: ['类型未知', 'of unknown kind'],
  vehicle: ['飞行器', 'vehicle'],
  dock: ['机库', 'dock'],
  'ground-station': ['另一地面站', 'another ground station'],
  other: ['其他设备', 'other device'],
} as const satisfies Area
