// Aircraft of others: on the map and in the list, amber when the station says that they are near one of ours.
import { assert, id, until } from './browser.mjs'
import { isAccessible } from './accessible.mjs'

const fault = async (station, f) => {
  const answer = await fetch(`${station.control}/faults`, { method: 'POST', body: JSON.stringify({ kind: 'intruder', ...f }) })
  assert(answer.ok, `the intruder was refused: ${await answer.text()}`)
}

/** The aircraft of the simulated city are heard by a vehicle in the air. */
export async function trafficIsShown(page) {
  await until('four aircraft are on the map', async () => (await page.getAttribute(id('traffic-layer'), 'data-count')) === '4')
  await page.click(id('tab-fleet'))
  const rows = await page.locator(id('traffic-row', '[data-near=""]')).count()
  assert(rows === 4, `${rows} aircraft are listed as far away, not 4`)
}

/** One is sent past a vehicle: the list, the card and an alarm say so, whether the layer is shown or not. */
export async function nearOnesStandOut(page, station, vehicle, shot = async () => undefined) {
  await fault(station, { vehicle, value: 350, deg: 300 })
  const row = page.locator(id('traffic-row', `[data-near="${vehicle}"]`))
  await until(`it is listed near ${vehicle}`, () => row.count(), 40)
  await row.first().click()
  const card = page.locator(id('traffic-card'))
  const text = await card.innerText()
  for (const word of [vehicle, 'ADS-B', 'm/s']) assert(text.includes(word), `the card does not say ${word}: ${text}`)
  await isAccessible(page, id('traffic-card'))
  const alarms = () => page.evaluate(async () => (await (await fetch('/api/v1/alarms')).json()).map((a) => `${a.code} ${a.vehicle} ${a.active}`))
  await until('there is an alarm', async () => (await alarms()).includes(`traffic ${vehicle} true`))
  await shot()
  await page.click(id('traffic-layer'))
  assert((await page.getAttribute(id('traffic-layer'), 'aria-pressed')) === 'false', 'the layer is hidden')
  await page.click(id('traffic-layer'))
  await page.click(id('traffic-close'))
  await fault(station, { vehicle, clear: true })
  const looked = await page.evaluate(() => location.hash)
  await page.click(id('drawer-show'))
  await until('the map is back over the vehicle', () => page.evaluate((before) => location.hash !== before, looked))
}
