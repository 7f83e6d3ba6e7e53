/** Reads a time of the station, ms since 1970; null for Go's zero time, which means never. */
export function at(iso: string | undefined | null): number | null {
  if (!iso) return null
  const ms = Date.parse(iso)
  return Number.isNaN(ms) || ms <= 0 ? null : ms
}

/** Seconds since a time of the station, never negative; null if never. */
export function ageS(iso: string | undefined | null, now: number): number | null {
  const ms = at(iso)
  return ms === null ? null : Math.max(0, (now - ms) / 1000)
}

/** A span in as few signs as tell it: 0.4 s, 12 s, 3:05, 2 h 05, 3 d. */
export function span(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  const s = Math.abs(seconds)
  const sign = seconds < 0 ? '−' : ''
  if (s < 9.95) return `${sign}${s.toFixed(1)} s`
  if (s < 99.5) return `${sign}${Math.round(s)} s`
  const whole = Math.round(s)
  if (whole < 3600) return `${sign}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
  const minutes = Math.round(s / 60)
  if (minutes < 24 * 60) return `${sign}${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`
  return `${sign}${Math.round(s / 86400)} d`
}

/** An age as it is said: 12 s, 6 min, 2 h 05, 3 d. */
export function ageText(seconds: number): string {
  if (seconds < 99.5) return `${Math.round(seconds)} s`
  return seconds < 3570 ? `${Math.round(seconds / 60)} min` : span(Math.max(3600, seconds))
}

const two = (n: number) => String(n).padStart(2, '0')

/** 14:03:27 on the clock of this computer. */
export function clockText(ms: number): string {
  const d = new Date(ms)
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`
}

/** 11-27 14:03:27 by the calendar and the clock of this computer. */
export function dayText(ms: number): string {
  const d = new Date(ms)
  return `${two(d.getMonth() + 1)}-${two(d.getDate())} ${clockText(ms)}`
}

/** 14:03:27 in UTC. */
export function utcText(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19)
}
