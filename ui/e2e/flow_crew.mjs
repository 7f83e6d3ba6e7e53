// A crew's vehicle: it flies when a named user has said so, and is brought back and landed by hand.
import { assert, id, until } from './browser.mjs'
import { act } from './flow_hand.mjs'

/** Calls the API as the page's own user. */
const call = (page, method, path, body) => page.evaluate(async ([how, where, what]) => {
  const answer = await fetch(`/api/v1${where}`, { method: how, headers: { 'Content-Type': 'application/json' }, body: what === null ? undefined : JSON.stringify(what) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${how} ${where}: ${answer.status} ${text}`)
  return text === '' ? null : JSON.parse(text)
}, [method, path, body ?? null])

/** The nearest crew's quadrotor is asked to fly a plan over its own site. */
async function ask(page) {
  const crew = (await call(page, 'GET', '/vehicles')).find((v) => v.spec.class === 'crew-quad')
  const at = (north, east) => ({
    kind: 'waypoint', position: { lat: crew.spec.site.lat + north / 111_320, lon: crew.spec.site.lon + east / 93_900, altAmsl: 80 },
  })
  const plan = await call(page, 'POST', '/plans', { name: 'Round of the site', items: [at(150, 0), at(150, 150), at(0, 150)] })
  await call(page, 'POST', `/plans/${plan.id}/fly`, { vehicle: crew.spec.id })
  return crew.spec.id
}

export async function crewFlies(page) {
  const vehicle = await ask(page)
  const banner = page.locator(id('crew-banner', `[data-vehicle="${vehicle}"]`))
  await banner.waitFor()
  const row = page.locator(id('vehicle-row', `[data-id="${vehicle}"]`))
  await page.click(id('tab-fleet'))
  assert((await row.getAttribute('data-doing')) === 'awaiting-crew', 'it does not wait for its crew')
  await banner.locator(id('crew-confirm')).click()
  await until(`${vehicle} flies`, async () => ['outbound', 'on-task'].includes(await row.getAttribute('data-doing')), 60)
  const sortie = (await call(page, 'GET', '/sorties')).find((s) => s.vehicle === vehicle)
  assert(sortie.confirmedBy !== '' && sortie.confirmedBy !== undefined, 'nobody is on record as the one who confirmed')
  return vehicle
}

export async function isLandedByHand(page, vehicle) {
  await page.click(id('vehicle-row', `[data-id="${vehicle}"]`))
  await act(page, 'return')
  await act(page, 'land')
  await until(`${vehicle} is on the ground`, async () => {
    const { state } = await call(page, 'GET', `/vehicles/${vehicle}`)
    return state.landed === 'on-ground' && !state.armed
  }, 120)
  await page.click(id('drawer-close'))
}
