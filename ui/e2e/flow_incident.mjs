// An incident: reported on the map, decided, flown, seen, ended; the vehicle is back in its dock.
import { assert, id, until } from './browser.mjs'
import { readVideo, tagOf } from './timecode.mjs'

/** Reports an incident at a place of the map by its menu and gives the incident's id and the vehicle that was sent. */
export async function report(page, title, offset) {
  const map = await page.locator(id('map')).boundingBox()
  await page.mouse.click(map.x + map.width / 2 + offset.x, map.y + map.height / 2 + offset.y, { button: 'right' })
  await page.click(id('menu-report'))
  await page.fill(id('report-title'), title)
  await page.click(id('report-priority-2'))
  await page.click(id('report-send'))
  const card = page.locator(id('incident'), { hasText: title })
  await card.waitFor()
  const chosen = card.locator(id('decision-chosen'))
  await chosen.waitFor()
  return { card, incident: await card.getAttribute('data-id'), vehicle: await chosen.getAttribute('data-vehicle') }
}

/** Every vehicle that was passed over is listed with a reason. */
export async function reasonsAreGiven(card) {
  await card.locator(id('decision-more')).click()
  const all = await card.locator(id('candidate')).count()
  assert(all === 28, `${all} other vehicles are listed, not 28`)
  for (const v of ['V28', 'V29']) {
    const text = await card.locator(id('candidate', `[data-vehicle="${v}"]`)).innerText()
    assert(text.replace(v, '').trim() !== '', `${v} is passed over without a reason`)
  }
  await card.locator(id('decision-more')).click()
}

export async function reachesTheScene(card) {
  await until('on the scene', async () => (await card.getAttribute('data-state')) === 'on-scene', 150)
}

/** The place is corrected while its vehicle is over the old one: it goes to the new one. */
export async function placeIsCorrected(page, card) {
  const place = () => page.evaluate(async (i) => JSON.stringify((await (await fetch(`/api/v1/incidents/${i}`)).json()).place), incident)
  const incident = await card.getAttribute('data-id')
  const before = await place()
  await card.locator(id('incident-move')).click()
  await page.locator(id('map-prompt')).waitFor()
  const map = await page.locator(id('map')).boundingBox()
  await page.mouse.click(map.x + map.width / 2 + 90, map.y + map.height / 2 - 130)
  await until('the place is another', async () => (await place()) !== before)
  await until('its vehicle leaves the old place', async () => (await card.getAttribute('data-state')) === 'assigned')
  await reachesTheScene(card)
}

/** The pictures in the page are those of this vehicle's camera, drawn now and going on. */
export async function videoIsLive(page, vehicle) {
  const selector = `${id('vehicle-drawer')} video`
  const fresh = (p) => p !== null && Math.abs(p.now - p.ms) < 2000
  const first = await until('a fresh timecode in the decoded picture', async () => {
    const p = await readVideo(page, selector)
    return fresh(p) ? p : null
  })
  assert(first.tag === (await tagOf(page, vehicle)), `the picture is not of ${vehicle}`)
  assert(first.width === 640 && first.height === 360, `the picture is ${first.width}×${first.height}`)
  assert(first.colours > 3, 'the picture is nearly of one colour')
  const second = await until('the next pictures, fresh', async () => {
    const p = await readVideo(page, selector)
    return fresh(p) && p.ms > first.ms + 1000 ? p : null
  })
  return second.now - second.ms
}

export async function cancel(page, card) {
  await card.locator(id('incident-cancel')).click()
  await page.click(id('dialog-yes'))
  await until('the incident is cancelled', async () => (await card.getAttribute('data-state')) === 'cancelled')
}

/** Back in the dock: seated, disarmed, the lid shut, and charging or charged. */
export async function isBackInItsDock(page, vehicle) {
  await page.click(id('tab-fleet'))
  const row = page.locator(id('vehicle-row', `[data-id="${vehicle}"]`))
  await until(`${vehicle} is back in its dock`, async () => {
    const [doing, dock] = [await row.getAttribute('data-doing'), await row.getAttribute('data-dock-state')]
    return ['charging', 'standby', 'not-ready'].includes(doing) && ['charging', 'idle'].includes(dock)
  }, 240)
}
