import { expect, it } from 'vitest'
import { avcName } from './annexb'

it('names a stream by its sequence parameter set', () => {
  expect(avcName(Uint8Array.of(0, 0, 0, 1, 0x09, 0x10, 0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 0xda))).toBe('avc1.42c01f')
})

it('names nothing that holds none', () => {
  expect(avcName(Uint8Array.of(0, 0, 0, 1, 0x65, 0x42, 0xc0, 0x1f, 0xda))).toBe('')
  expect(avcName(Uint8Array.of(0, 0, 1, 0x67, 0x42))).toBe('')
})
