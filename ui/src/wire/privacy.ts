import type { NoRecordZone, Picture, PrivacyZoneInput } from './gen'
import { call } from './http'

const at = encodeURIComponent

/** Opens a camera's picture for a while, for a reason. */
export const override = (camera: string, reason: string, minutes: number) =>
  call<Picture>('POST', `/cameras/${at(camera)}/picture/override`, { reason, minutes })
export const endOverride = (camera: string) => call<Picture>('DELETE', `/cameras/${at(camera)}/picture/override`)

export const createZone = (zone: PrivacyZoneInput) => call<NoRecordZone>('POST', '/privacy-zones', zone)
export const replaceZone = (id: string, zone: PrivacyZoneInput) => call<NoRecordZone>('PUT', `/privacy-zones/${at(id)}`, zone)
export const deleteZone = (id: string) => call<undefined>('DELETE', `/privacy-zones/${at(id)}`)
