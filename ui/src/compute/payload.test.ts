import { describe, expect, it } from 'vitest'
import { later, noon, noonMs } from '../testing/fleet'
import type { Camera } from '../wire/gen'
import { cameraOf, cameraOld, can, managerOf, mayTurn, recorded, source, storageLow, storageText, timer, zoomStep } from './payload'

const camera = (patch: Partial<Camera> = {}): Camera => ({
  component: 100, recording: false, at: noon, statusAt: noon, capabilities: ['photo', 'video', 'zoom'], zoom: 0, storageFreeMB: 28400, storage: 'ready', shown: 1,
  streams: [{ id: 1, protocol: 'rtsp', encoding: 'h264', running: true }, { id: 2, protocol: 'rtsp', encoding: 'h264', thermal: true }], ...patch,
})

describe('the time of a recording', () => {
  it('is none while the camera does not say that it records', () => expect(recorded(camera({ recordSeconds: 9 }), noonMs)).toBeNull())
  it('is what the camera told, counted on', () => expect(recorded(camera({ recording: true, recordSeconds: 40 }), noonMs + 1500)).toBe(41.5))
  it('stands still when the camera falls silent', () => expect(recorded(camera({ recording: true, recordSeconds: 40 }), noonMs + 60000)).toBe(40))
  it('begins at zero where the camera does not count', () => expect(recorded(camera({ recording: true }), noonMs)).toBe(0))
  it('is written as a clock', () => expect([0, 42.9, 725, 3723, -3].map(timer)).toEqual(['0:00', '0:42', '12:05', '1:02:03', '0:00']))
})

describe('a camera', () => {
  it('is old when it is not heard', () => {
    expect(cameraOld(camera(), noonMs + 4000)).toBe(false)
    expect(cameraOld(camera(), noonMs + 6000)).toBe(true)
    expect(cameraOld(camera({ at: later(60) }), noonMs)).toBe(false)
  })
  it('is the first of a vehicle', () => {
    expect(cameraOf(undefined)).toBeUndefined()
    expect(cameraOf({ cameras: [camera({ component: 101 }), camera()] })?.component).toBe(101)
  })
  it('can what it says', () => {
    expect(can(camera(), 'photo')).toBe(true)
    expect(can(camera({ capabilities: undefined }), 'photo')).toBe(false)
    expect(can(undefined, 'photo')).toBe(false)
  })
  it('zooms in steps, up to its ends', () => {
    expect(zoomStep(camera({ zoom: 0 }), 1)).toBe(20)
    expect(zoomStep(camera({ zoom: 33 }), 1)).toBe(60)
    expect(zoomStep(camera({ zoom: 100 }), 1)).toBeUndefined()
    expect(zoomStep(camera({ zoom: 0 }), -1)).toBeUndefined()
    expect(zoomStep(camera({ zoom: undefined }), 1)).toBeUndefined()
  })
  it('shows one of its pictures', () => {
    expect(source(camera())).toEqual({ thermal: false, both: true })
    expect(source(camera({ shown: 2 }))).toEqual({ thermal: true, both: true })
    expect(source(camera({ streams: undefined, shown: undefined }))).toEqual({ thermal: false, both: false })
  })
  it('tells its storage', () => {
    expect([28400, 3210, 640.4].map((storageFreeMB) => storageText(camera({ storageFreeMB })))).toEqual(['28 GB', '3.2 GB', '640 MB'])
    expect(storageText(camera({ storageFreeMB: undefined }))).toBeUndefined()
    expect(storageLow(camera())).toBe(false)
    expect(storageLow(camera({ storageFreeMB: 499 }))).toBe(true)
    expect(storageLow(camera({ storage: 'empty', storageFreeMB: undefined }))).toBe(true)
    expect(storageLow(camera({ storage: undefined, storageFreeMB: undefined }))).toBe(false)
  })
})

describe('a gimbal', () => {
  const m = { component: 1, device: 1, lock: false, at: noon }
  it('is turned freely only by who has it, or if nobody has', () => {
    expect((['none', 'station', 'vehicle', 'other', 'unknown'] as const).map((control) => mayTurn({ ...m, control }))).toEqual([true, true, false, false, false])
  })
  it('may have no manager', () => {
    expect(managerOf(undefined)).toBeUndefined()
    expect(managerOf({ gimbal: { pitchDeg: 0, yawDeg: 0, rollDeg: 0, at: noon } })).toBeUndefined()
  })
})
