import type { Problem } from './gen'

/** What the station answered instead of what was asked: a stable code for programs, a sentence for people. */
export class Refusal extends Error {
  readonly code: string
  readonly status: number

  constructor(status: number, problem: Problem) {
    super(problem.message)
    this.name = 'Refusal'
    this.code = problem.code
    this.status = status
  }
}

/** The code of a call that never reached the station or was never answered. */
export const unreachable = 'unreachable'

const patienceMs = 15_000

let onSignedOut: () => void = () => undefined

/** Says what to do when the station no longer knows who we are. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act
}

function isProblem(v: unknown): v is Problem {
  return typeof v === 'object' && v !== null && 'code' in v && 'message' in v && typeof v.code === 'string' && typeof v.message === 'string'
}

async function problemOf(answer: Response): Promise<Problem> {
  const body: unknown = await answer.json().catch(() => null)
  return isProblem(body) ? body : { code: `http-${answer.status}`, message: answer.statusText }
}

/** Sends raw octets or text and gives the answer itself; a refusal is thrown. token, if there is one, opens it instead of a session. */
export async function send(method: string, path: string, body?: BodyInit, contentType?: string, token?: string): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(patienceMs),
      ...(body === undefined ? {} : { body }),
      headers: { ...(contentType === undefined ? {} : { 'Content-Type': contentType }), ...bearing(token) },
    })
  } catch (e) {
    throw new Refusal(0, { code: unreachable, message: e instanceof Error ? e.message : String(e) })
  }
  if (answer.ok) return answer
  const problem = await problemOf(answer)
  if (answer.status === 401 && path !== '/session' && path !== '/setup') onSignedOut()
  throw new Refusal(answer.status, problem)
}

/** The header that carries a token. */
export const bearing = (token: string | undefined): Record<string, string> => (token === undefined ? {} : { Authorization: `Bearer ${token}` })

/** Calls the API with a JSON body and reads a JSON answer; an empty answer is given as undefined. */
export async function call<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
  const answer =
    body === undefined ? await send(method, path, undefined, undefined, token) : await send(method, path, JSON.stringify(body), 'application/json', token)
  if (answer.status === 204) return undefined as T
  return (await answer.json()) as T
}
