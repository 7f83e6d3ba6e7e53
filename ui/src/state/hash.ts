/** The address's fragment holds `key=value` parts joined by &: map=zoom/lat/lon, setup=TOKEN. */
export function readHash(hash: string): Map<string, string> {
  const parts = new Map<string, string>()
  for (const part of hash.replace(/^#/, '').split('&')) {
    const cut = part.indexOf('=')
    if (cut > 0) parts.set(part.slice(0, cut), decodeURIComponent(part.slice(cut + 1)))
  }
  return parts
}

export function writeHash(parts: Map<string, string>): string {
  return '#' + [...parts].map(([k, v]) => `${k}=${encodeURIComponent(v).replaceAll('%2F', '/')}`).join('&')
}

/** Takes one key out of the address without a step in the history. */
export function dropFromHash(key: string): void {
  const parts = readHash(location.hash)
  parts.delete(key)
  history.replaceState(null, '', location.pathname + location.search + (parts.size > 0 ? writeHash(parts) : ''))
}
