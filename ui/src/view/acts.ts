import { isAirborne, type Craft } from '../compute/activity'
import { radii, type Aim } from '../compute/aim'
import type { Target } from '../compute/follow'
import { placeText } from '../compute/geo'
import { t } from '../i18n'
import { act as text } from '../i18n/act'
import { acts } from '../state/acts.svelte'
import { aim as aimText } from '../i18n/aim'
import { follow as followText } from '../i18n/follow'
import { service as serviceText } from '../i18n/service'
import { confirm } from '../state/confirm.svelte'
import { pilot as pilotText } from '../i18n/pilot'
import { fleet } from '../state/fleet.svelte'
import { follow } from '../state/follow.svelte'
import { pilot } from '../state/pilot.svelte'
import { selection } from '../state/selection.svelte'
import * as api from '../wire/api'
import type { LatLon, Position } from '../wire/gen'
import { refusalText } from './parts/refusal'

/** The acts by hand. Each names its vehicle; what is dangerous asks first; each carries the control epoch the operator saw. */

const epochOf = (c: Craft) => c.outlook?.control.epoch

/** A target lies at the vehicle's own layer; the station keeps it there. */
function aim(c: Craft, place: LatLon): Position {
  return { ...place, altAmsl: c.sortie?.cruiseAmsl ?? c.vehicle?.position?.altAmsl ?? 0 }
}

export async function goTo(c: Craft, place: LatLon): Promise<void> {
  const { id } = c.spec
  if (!isAirborne(c.vehicle)) {
    const yes = await confirm.ask({ title: `${t(text.goto)} · ${id}`, body: t(text.askGoto, { id }), yes: t(text.goto), danger: false })
    if (!yes) return
  }
  await acts.ask(id, 'goto', () => api.orderTo(id, 'goto', aim(c, place), epochOf(c)), refusalText)
}

export const lookAt = (c: Craft, place: LatLon): Promise<void> =>
  acts.ask(c.spec.id, 'look-at', () => api.orderTo(c.spec.id, 'look-at', aim(c, place), epochOf(c)), refusalText)

export function pickGoTo(c: Craft): void {
  const { id } = c.spec
  const alt = c.sortie?.cruiseAmsl
  selection.pick = {
    prompt: alt === undefined ? t(text.pickGotoGround, { id }) : t(text.pickGoto, { id, alt: Math.round(alt) }),
    take: (place) => void goTo(c, place),
  }
}

/** Opens the question where a vehicle is to go, at which altitude, and whether it circles there. */
export function aimAt(c: Craft, place: LatLon): void {
  selection.aim = { vehicle: c.spec.id, place, radiusM: c.spec.class === 'tethered' ? 0 : radii(c.spec.class).usual, altAmsl: null }
}

export function pickAim(c: Craft): void {
  selection.pick = { prompt: t(aimText.prompt, { id: c.spec.id }), take: (place) => aimAt(c, place) }
}

/** Sends a vehicle in the air as the operator chose. */
export async function sendTo(c: Craft, { place, radiusM, altAmsl }: Aim): Promise<void> {
  const { id } = c.spec
  const epoch = epochOf(c)
  const to = { position: altAmsl === null ? aim(c, place) : { ...place, altAmsl }, ownAltitude: altAmsl !== null, ...(epoch === undefined ? {} : { epoch }) }
  await acts.ask(id, radiusM === 0 ? 'goto' : 'orbit', () => (radiusM === 0 ? api.goTo(id, to) : api.orbit(id, { ...to, radiusM })), refusalText)
}

export function pickLookAt(c: Craft): void {
  selection.pick = { prompt: t(text.pickLook, { id: c.spec.id }), take: (place) => void lookAt(c, place) }
}

const questions = { return: text.askReturn, land: text.askLand } as const

export async function order(c: Craft, act: api.PlainAct): Promise<void> {
  const { id } = c.spec
  if (act === 'return' || act === 'land') {
    const yes = await confirm.ask({ title: `${t(text[act])} · ${id}`, body: t(questions[act], { id }), yes: `${t(text[act])} ${id}`, danger: act === 'land' })
    if (!yes) return
  }
  await acts.ask(id, act, () => api.order(id, act, epochOf(c)), refusalText)
}

/** Hands the vehicle to this console's sticks, after a question that names it. */
export async function flyByHand(c: Craft): Promise<void> {
  const { id } = c.spec
  const yes = await confirm.ask({ title: `${t(pilotText.fly)} · ${id}`, body: t(pilotText.ask, { id }), yes: t(pilotText.yes, { id }), danger: true })
  if (!yes) return
  await acts.ask(id, 'fly', async () => {
    const command = await api.fly(id, epochOf(c))
    pilot.begin(id, command)
    return command
  }, refusalText)
}

/** Lets a vehicle follow something, after a question that names both; says whether it was asked for. */
export async function followTarget(c: Craft, target: Target, distanceM: number): Promise<boolean> {
  const { id } = c.spec
  const name = 'vehicle' in target ? target.vehicle : t(followText.place, { place: placeText(target.place) })
  const yes = await confirm.ask({ title: `${t(text.follow)} · ${id}`, body: t(followText.ask, { id, target: name, m: distanceM }), yes: t(followText.start, { id }), danger: false })
  if (!yes) return false
  const epoch = epochOf(c)
  await acts.ask(id, 'follow', async () => {
    const command = await api.follow(id, { ...target, distanceM, ...(epoch === undefined ? {} : { epoch }) })
    if ('place' in target) follow.begin(id, target.place)
    return command
  }, refusalText)
  return true
}

/** Ends what a vehicle follows: it holds where it is. */
export async function stopFollowing(c: Craft): Promise<void> {
  follow.end(c.spec.id)
  await order(c, 'hold')
}

/** Puts a dock back in service, after somebody has seen to it. */
export async function returnDock(id: string): Promise<void> {
  const yes = await confirm.ask({ title: `${t(serviceText.back)} · ${id}`, body: t(serviceText.ask, { id }), yes: `${t(serviceText.back)} ${id}`, danger: false })
  if (!yes) return
  await acts.watch(id, 'return-dock', () => api.returnDock(id), () => !fleet.services.get(id)?.gate, refusalText)
}

export async function release(c: Craft): Promise<void> {
  const { id } = c.spec
  const yes = await confirm.ask({ title: `${t(text.release)} · ${id}`, body: t(text.askRelease, { id }), yes: `${t(text.release)} ${id}`, danger: false })
  if (!yes) return
  await acts.watch(id, 'release', () => api.release(id), () => fleet.outlooks.get(id)?.control.holder === 'automation', refusalText)
}
