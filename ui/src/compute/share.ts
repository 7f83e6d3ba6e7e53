const pad = (n: number) => String(n).padStart(2, '0')

/** A day and a time of day as people here read them; to the second where asked. */
export function timeText(iso: string, seconds = false): string {
  const d = new Date(iso)
  return `${pad(d.getMonth() + 1)}-${pad(d.getDate())} ${pad(d.getHours())}:${pad(d.getMinutes())}${seconds ? `:${pad(d.getSeconds())}` : ''}`
}

/** What stands over a shared picture: for whom it is, of what, and when it is seen. */
export const watermark = (viewer: string, camera: string, iso: string) => `${viewer} · ${camera} · ${new Date(iso).getFullYear()}-${timeText(iso, true)}`

/** What a page does when a viewing is over: it stays over, or is begun anew. */
export const comesBack = (end: string | undefined) => end === 'silent' || end === 'stopping'

/** The token of a link: from the address it was opened by, else what this tab opened before. */
export function tokenOf(hash: string, remembered: string | null): string {
  const given = hash.replace(/^#/, '')
  return /^[\w-]{20,}$/.test(given) ? given : (remembered ?? '')
}

const lengthsMin = [15, 30, 60, 240, 720, 1440]

/** For how long a link may be made, minutes; of a station that allows less than all of these, what it allows. */
export function lengthsWithin(maxHours = 24): number[] {
  const fit = lengthsMin.filter((min) => min <= maxHours * 60)
  return fit.length > 0 ? fit : [Math.floor(maxHours * 60)]
}

/**
 * When a link ends that is made now, ms. The station's clock may run behind ours: the longest that it allows must not be a
 * moment too long for it.
 */
export function endOf(nowMs: number, min: number, maxHours = 24): number {
  return nowMs + min * 60_000 - (min >= maxHours * 60 ? Math.min(60_000, min * 6_000) : 0)
}
