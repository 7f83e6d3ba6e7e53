import type { Area } from './lang.svelte'

/** Plans and patrols. */
export const plan = {
  noPlans: ['还没有航线', 'No plans yet'],
  noPatrols: ['还没有巡逻', 'No patrols yet'],
  points: ['{n} 个航点', '{n} waypoints'],
} as const satisfies Area
