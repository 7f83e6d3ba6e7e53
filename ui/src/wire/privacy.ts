import type { NoRecordZone, Picture, PrivacyZoneInput } from './gen'
import { call } from './http'

const at = encodeURIComponent

/** Opens a vehicle's picture for a while, for a reason. */
export const override = (vehicle: string, reason: string, minutes: number) =>
  call<Picture>('POST', `/vehicles/${at(vehicle)}/picture/override`, { reason, minutes })
export const endOverride = (vehicle: string) => call<Picture>('DELETE', `/vehicles/${at(vehicle)}/picture/override`)

export const createZone = (zone: PrivacyZoneInput) => call<NoRecordZone>('POST', '/privacy-zones', zone)
export const replaceZone = (id: string, zone: PrivacyZoneInput) => call<NoRecordZone>('PUT', `/privacy-zones/${at(id)}`, zone)
export const deleteZone = (id: string) => call<undefined>('DELETE', `/privacy-zones/${at(id)}`)
