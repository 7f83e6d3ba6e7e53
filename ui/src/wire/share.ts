import type { LinkItem, ShareMade, ShareRules, SharedState, SharedView } from './gen'
import { bearing, call } from './http'

const at = encodeURIComponent

export const shares = () => call<LinkItem[]>('GET', '/shares')
export const revoke = (id: string) => call<void>('DELETE', `/shares/${at(id)}`)
export const rules = () => call<ShareRules>('GET', '/share-rules')
export const make = (camera: string, viewer: string, reason: string, until: Date, burnIn: boolean) =>
  call<ShareMade>('POST', `/cameras/${at(camera)}/shares`, { viewer, reason, until: until.toISOString(), burnIn })

/** The address that opens a link. The token is behind the #, which browsers send to nobody. */
export const address = (token: string) => `${location.origin}/share#${token}`

/** Begins to look by a link. */
export const open = (token: string) => call<SharedView>('POST', '/share', undefined, token)
/** Whether a viewing goes on; the answer comes when it ends, or after a while. */
export const follow = (viewing: string, token: string) => call<SharedState>('GET', `/share/${at(viewing)}`, undefined, token)
/** Says that the page is gone; nobody waits for the answer. */
export function leave(viewing: string, token: string): void {
  void fetch(`/api/v1/share/${at(viewing)}`, { method: 'DELETE', keepalive: true, headers: bearing(token) }).catch(() => undefined)
}
