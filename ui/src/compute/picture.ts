/** How a live picture stands: what is older than this is not live. */
export const pictureStaleMs = 1000

export type Standing = 'connecting' | 'live' | 'stale' | 'refused'

/** lastMs is when the newest frame was shown, 0 if none was; both on one clock, ms. */
export function standing(refusal: string, lastMs: number, nowMs: number): Standing {
  if (refusal !== '') return 'refused'
  if (lastMs === 0) return 'connecting'
  return nowMs - lastMs > pictureStaleMs ? 'stale' : 'live'
}

/** How long to wait before the n-th new attempt (from 0), ms. */
export const retryMs = (attempt: number) => Math.min(8000, 500 * 2 ** attempt)
