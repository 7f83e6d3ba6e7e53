/** The STUN and TURN servers that Link headers tell of (RFC 9725 section 4.6), in their order; what is no such link is left out. */
export function iceServers(header: string | null): RTCIceServer[] {
  return [...(header ?? '').matchAll(/<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^",;\s]*))*)/g)].flatMap(([, urls = '', rest = '']) => {
    const of = parameters(rest)
    if (of.get('rel') !== 'ice-server' || !/^(stun|turn)s?:/.test(urls)) return []
    const [username, credential] = [of.get('username'), of.get('credential')]
    return [username === undefined || credential === undefined ? { urls } : { urls, username, credential }]
  })
}

/** The parameters behind a link; a text between quotation marks has a backslash before what would end it (RFC 9110 section 5.6.4). */
function parameters(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/;\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^",;\s]*))/g)].map(([, name = '', quoted, plain = '']) => [
      name.toLowerCase(),
      quoted?.replace(/\\(.)/g, '$1') ?? plain,
    ]),
  )
}
