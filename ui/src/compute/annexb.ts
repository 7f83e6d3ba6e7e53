/** The name of an H.264 stream for a decoder (RFC 6381), from the sequence parameter set in it; '' if there is none. */
export function avcName(data: Uint8Array): string {
  for (let i = 0; i + 6 < data.length; i++) {
    if (data[i] !== 0 || data[i + 1] !== 0 || data[i + 2] !== 1 || ((data[i + 3] ?? 0) & 0x1f) !== 7) continue
    return 'avc1.' + [...data.subarray(i + 4, i + 7)].map((b) => b.toString(16).padStart(2, '0')).join('')
  }
  return ''
}
