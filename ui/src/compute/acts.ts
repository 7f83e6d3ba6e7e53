import type { Command } from '../wire/gen'

/** How an operator's act goes. Asked until the station answers; then what the station and the vehicle say; never "done" by the click. */
export type Progress =
  | { state: 'asked' }
  | { state: 'refused'; reason: string }
  | { state: 'sent' | 'acknowledged' | 'done' | 'timed-out' }

/** Reads the stage of a command. */
export function progress(c: Command): Progress {
  switch (c.stage) {
    case 'sent':
      return { state: 'sent' }
    case 'accepted':
    case 'progress':
      return { state: 'acknowledged' }
    case 'done':
      return { state: 'done' }
    case 'timed-out':
      return { state: 'timed-out' }
    case 'refused':
    case 'failed':
      return { state: 'refused', reason: c.code ?? '' }
  }
}

export const isFinal = (p: Progress) => p.state === 'done' || p.state === 'refused' || p.state === 'timed-out'
