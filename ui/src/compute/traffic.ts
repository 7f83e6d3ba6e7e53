import type { Contact } from '../wire/gen'
import { isAirborne, type Craft } from './activity'
import { distanceM, offset } from './geo'
import type { Line, Place, TrafficMark } from './marks'
import { ageS } from './time'

/** Seconds after which the last word of an aircraft is no longer where it is. */
export const contactStaleS = 5
/** How many seconds of its flight the line before an aircraft shows. */
export const vectorS = 30

/** An aircraft of others, as it is known now. */
export type Seen = { contact: Contact; ageS: number; stale: boolean; near: string[] }

export function seen(contact: Contact, now: number): Seen {
  const age = ageS(contact.at, now) ?? 0
  return { contact, ageS: age, stale: age > contactStaleS, near: contact.near ?? [] }
}

/** What it is called: its call sign or serial number, else its address. */
export const contactName = (c: Contact): string => (c.name ? c.name : c.id.replace(/^[a-z]+:/, ''))

/** What its place was heard by. */
export const sourceOf = (c: Contact): 'adsb' | 'odid' => (c.id.startsWith('odid:') ? 'odid' : 'adsb')

/** The vehicle that its height and distance are told from: the one looked at, if it flies, else the one it is near, else the one that hears it. */
export function reference(c: Contact, crafts: Craft[], selected: string): Craft | undefined {
  const of = (id: string | undefined) => crafts.find((k) => k.spec.id === id && isAirborne(k.vehicle) && k.vehicle?.position !== undefined)
  return of(selected) ?? of(c.near?.[0]) ?? of(c.heardBy)
}

/** How much higher than a vehicle it is, metres; null if either is not known. */
export function higherM(c: Contact, than: Craft | undefined): number | null {
  const own = than?.vehicle?.position?.altAmsl
  return own === undefined || !c.altKnown ? null : c.position.altAmsl - own
}

export function awayM(c: Contact, from: Craft | undefined): number | null {
  const own = from?.vehicle?.position
  return own === undefined ? null : distanceM(own, c.position)
}

/** +270 m, −40 m: to ten metres, which is finer than such heights are true. */
export function higherText(m: number): string {
  const tens = Math.round(m / 10) * 10
  return `${tens < 0 ? '−' : '+'}${Math.abs(tens)} m`
}

/** Whose height is not told is known by its name alone. */
function heightText(c: Contact, than: Craft | undefined): string {
  const higher = higherM(c, than)
  if (higher !== null) return higherText(higher)
  return c.altKnown ? `${Math.round(c.position.altAmsl / 10) * 10} m` : ''
}

const place = (p: { lat: number; lon: number }): Place => [Math.round(p.lon * 1e6) / 1e6, Math.round(p.lat * 1e6) / 1e6]

export type TrafficInput = {
  contacts: Contact[]
  crafts: Craft[]
  /** The vehicle looked at, and the aircraft. */
  vehicle: string
  chosen: string
  now: number
  old: (ageS: number) => string
}

/** Marks of aircraft of others, and the way that each goes in the next half minute unless its word is old. */
export function traffic(input: TrafficInput): { marks: TrafficMark[]; lines: Line[] } {
  const marks: TrafficMark[] = []
  const lines: Line[] = []
  for (const s of input.contacts.map((c) => seen(c, input.now))) {
    const c = s.contact
    const near = s.near.length > 0
    marks.push({
      kind: 'traffic', id: c.id, at: place(c.position), shape: c.kind, tone: near ? 'care' : 'still', dim: s.stale, selected: c.id === input.chosen,
      label: [contactName(c), heightText(c, reference(c, input.crafts, input.vehicle)), s.stale ? input.old(s.ageS) : ''].filter((t) => t !== '').join(' · '),
    })
    if (s.stale || c.headingDeg === undefined || !c.speedMs) continue
    const ahead = offset(c.position, c.headingDeg, c.speedMs * vectorS)
    lines.push({ kind: near ? 'closing' : 'vector', places: [place(c.position), place(ahead)], selected: false, known: true })
  }
  return { marks, lines }
}

/** Who is shown when the layer is off: nobody but those who are near. */
export const shownContacts = (all: Contact[], layer: boolean): Contact[] => (layer ? all : all.filter((c) => (c.near ?? []).length > 0))
