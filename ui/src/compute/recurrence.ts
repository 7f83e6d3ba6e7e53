/** The rules an operator chooses by name; anything else is written out as RFC 5545 has it. */
export const presets = {
  everyTen: 'FREQ=MINUTELY;INTERVAL=10',
  hourly: 'FREQ=HOURLY',
  daily: 'FREQ=DAILY',
  weekdays: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
} as const

export type Preset = keyof typeof presets

/** The preset that a rule is, if it is one. */
export function presetOf(rule: string): Preset | null {
  for (const name of Object.keys(presets) as Preset[]) if (presets[name] === rule) return name
  return null
}

/** A time for <input type="datetime-local" step="1">, on the clock of this computer. */
export function localInput(ms: number): string {
  const d = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000)
  return d.toISOString().slice(0, 19)
}

/** What such an input holds as ms since 1970; null if it holds no time. */
export function fromLocalInput(text: string): number | null {
  const ms = new Date(text).getTime()
  return Number.isNaN(ms) ? null : ms
}
