import { problem } from '../../i18n/problem'
import { t, type Area } from '../../i18n'
import { Refusal } from '../../wire/http'

/** Codes to which the station's own sentence adds nothing. */
const selfEvident: ReadonlySet<string> = new Set(['unreachable', 'codec-unplayable'])

/** A failed call in the operator's words: what we know of the code, and the station's own sentence. */
export function refusalText(e: unknown): string {
  if (!(e instanceof Refusal)) return e instanceof Error ? e.message : String(e)
  const known = (problem as Area)[e.code]
  if (known === undefined) return `${e.message} (${e.code})`
  return selfEvident.has(e.code) || e.status === 401 ? t(known) : `${t(known)}: ${e.message}`
}
