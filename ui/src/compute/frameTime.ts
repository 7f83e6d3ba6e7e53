/** What the browser tells of a frame (requestVideoFrameCallback), ms on the clock of performance.now(). */
export type FrameFacts = { captureTime?: number | undefined; receiveTime?: number | undefined }

/**
 * When a frame was captured, by the station's time, and by what that is known: 'capture' – the camera's own clock, by
 * RTCP sender reports; 'arrival' – when it came, less the way it took; 'unknown' – neither is told.
 */
export type FrameTime = { ms: number; by: 'capture' | 'arrival' | 'unknown' }

/** A capture time farther back than poses are kept is of a clock that is not set. */
const mostMs = 4500

/** perfNow and stationNow are one moment on both clocks; wayMs is the measured delay from the station to here. */
export function frameTime(f: FrameFacts, perfNow: number, stationNow: number, wayMs: number): FrameTime {
  const age = (ms: number | undefined) => (ms === undefined || !(perfNow - ms >= -50 && perfNow - ms <= mostMs) ? null : perfNow - ms)
  const captured = age(f.captureTime)
  if (captured !== null) return { ms: stationNow - captured, by: 'capture' }
  const received = age(f.receiveTime)
  if (received !== null) return { ms: stationNow - received - wayMs, by: 'arrival' }
  return { ms: stationNow, by: 'unknown' }
}
