import type { Area } from './lang.svelte'

/** Incidents, their decisions, their sorties. */
export const incident = {
  report: ['在此上报警情', 'Report an incident here'],
  goHere: ['让 {id} 飞到这里', 'Send {id} here'],
  lookHere: ['让 {id} 看这里', '{id}: look here'],
  title: ['标题', 'What happened'],
  titleHint: ['例如：人群聚集', 'e.g. crowd gathering'],
  category: ['类别', 'Kind'],
  priority: ['优先级', 'Priority'],
  number: ['接警单号（可选）', 'Call number (optional)'],
  place: ['位置', 'Place'],
  send: ['上报并派机', 'Report and dispatch'],
  none: ['没有警情。在地图上点右键即可上报。', 'No incidents. Right-click on the map to report one.'],
  over: ['已结束', 'Finished'],
  eta: ['预计 {t} 到达', 'there in {t}'],
  expected: ['预计用时 {t}', 'expected in {t}'],
  took: ['{t} 到达（预计 {e}）', 'there after {t} (expected {e})'],
  late: ['比预计晚 {t}', '{t} later than expected'],
  chosen: ['派出 {id}', '{id} goes'],
  noDrone: ['无可用飞行器：{why}', 'No drone: {why}'],
  counted: ['{n} 架{why}', '{n} {why}'],
  none_: ['没有登记的飞行器', 'none registered'],
  passed: ['未选的 {n} 架及原因', '{n} passed over, and why'],
  others: ['另有 {n} 架可用', '{n} more able'],
  waiting: ['排队等待', 'Waiting for a vehicle'],
  ofLimit: ['{value}{unit}（限 {limit}{unit}）', '{value}{unit} (limit {limit}{unit})'],
  measured: ['{age}前测得', 'measured {age} ago'],
  cancel: ['取消警情', 'Cancel incident'],
  cancelShort: ['取消', 'Cancel'],
  cancelAsk: ['取消“{title}”？{vehicle}', 'Cancel “{title}”? {vehicle}'],
  cancelHome: ['{id} 将返航。', '{id} will come home.'],
  keep: ['保留', 'Keep it'],
  move: ['修正位置', 'Correct the place'],
  movePrompt: ['点击地图给出“{title}”的正确位置', 'Click the correct place of “{title}” on the map'],
  moved: ['位置已修正', 'Place corrected'],
  by: ['{name} 上报', 'by {name}'],
  show: ['定位', 'Show'],
  openVehicle: ['查看飞行器', 'Open vehicle'],
  reason: ['原因', 'Reason'],
} as const satisfies Area

export const category = {
  traffic: ['交通', 'Traffic'],
  crowd: ['人群', 'Crowd'],
  fire: ['火情', 'Fire'],
  search: ['搜寻', 'Search'],
  pursuit: ['追踪', 'Pursuit'],
  disturbance: ['扰序', 'Disturbance'],
  missing: ['走失', 'Missing person'],
  theft: ['盗窃', 'Theft'],
  water: ['水域', 'Water'],
  inspection: ['巡查', 'Inspection'],
  other: ['其他', 'Other'],
} as const satisfies Area

export const incidentState = {
  queued: ['排队', 'Queued'],
  assigned: ['已派', 'Assigned'],
  'on-scene': ['在现场', 'On scene'],
  served: ['已完成', 'Served'],
  declined: ['未出动', 'Declined'],
  cancelled: ['已取消', 'Cancelled'],
} as const satisfies Area

export const sortie = {
  sortie: ['出动', 'Sortie'],
  total: ['共 {t}', '{t} in all'],
  recall: ['召回', 'Recall'],
  recallAsk: ['召回 {id}？它将停止任务并返航。', 'Recall {id}? It stops its job and comes home.'],
  confirmTitle: ['{id} 请求起飞', '{id} asks to launch'],
  confirmLead: ['现场安全、人员已离开？', 'Is the site safe and clear of people?'],
  confirm: ['确认起飞', 'Confirm launch'],
  confirmAs: ['将以 {name} 的名义确认。', 'You confirm as {name}.'],
  confirmedBy: ['{name} 已确认', 'confirmed by {name}'],
  for: ['用于：{what}', 'for {what}'],
  left: ['航线中断于第 {n} 项，共 {m} 项', 'The plan was left at item {n} of {m}'],
  resume: ['从第 {n} 项继续', 'Resume at item {n}'],
  resumeItem: ['从哪一项继续', 'Item to resume at'],
  resumeAir: ['{id} 将从第 {n} 项继续飞行航线。', '{id} flies its plan on from item {n}.'],
  resumeGround: ['将派出一架飞行器，从第 {n} 项飞完航线。', 'A vehicle is sent to fly the plan from item {n}.'],
  incident: ['警情', 'incident'],
  patrol: ['巡逻', 'patrol'],
  manual: ['手动', 'manual'],
  plan: ['航线', 'plan'],
} as const satisfies Area

export const flightLog = {
  title: ['飞行日志', 'Flight log'],
  download: ['下载（{mb} MB）', 'download ({mb} MB)'],
} satisfies Area

export const flightLogState: Area = {
  owed: ['仍在飞行器上', 'still on board'],
  fetching: ['正在下载', 'being fetched'],
  kept: ['已保存', 'kept'],
  none: ['飞行器上没有', 'none on board'],
  failed: ['未能取得', 'could not be fetched'],
  removed: ['已为新日志腾出空间', 'made room for newer ones'],
}
