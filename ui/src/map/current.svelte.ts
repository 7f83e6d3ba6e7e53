import type { OperatorMap } from './operatorMap'

class Current {
  /** The map on the screen; null before it is there. */
  map = $state.raw<OperatorMap | null>(null)
}

export const current = new Current()
