import { problem } from '../../i18n/problem'
import { colon, t, type Area } from '../../i18n'
import { whyText } from '../../i18n/why'
import { Refusal } from '../../wire/http'

/** Codes to which the station's own sentence adds nothing. */
const selfEvident: ReadonlySet<string> = new Set(['unreachable', 'codec-unplayable', 'read-only'])

/** A failed call in the operator's words: what we know of the code, and the station's own sentence. */
export function refusalText(e: unknown): string {
  if (!(e instanceof Refusal)) return e instanceof Error ? e.message : String(e)
  const said = whyText(e.message)
  const known = (problem as Area)[e.code]
  if (known === undefined) return `${said} (${e.code})`
  return selfEvident.has(e.code) || e.status === 401 || said === t(known) ? t(known) : t(known) + t(colon) + said
}
