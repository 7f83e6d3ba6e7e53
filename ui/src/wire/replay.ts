import type { Replay } from './gen'
import { call } from './http'

/** What is wanted of a replay; what is absent stays as it is. */
export type ReplayOrder = { paused?: boolean; speed?: number; at?: string }

/** It is answered when it has begun; where the replay is, its entry shows. */
export const steerReplay = (order: ReplayOrder) => call<Replay>('POST', '/replay', order)
