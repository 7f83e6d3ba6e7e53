// A pilot at a browser: keys fly the vehicle, and it holds when the page is gone.
import { assert, id, until } from './browser.mjs'

const metresPerDegree = 111_195

/** Where a vehicle really is and what it does, from the simulated city. */
async function truth(station, vehicle) {
  const t = await (await fetch(`${station.control}/truth`)).json()
  return t.vehicles.find((v) => v.id === vehicle)
}

function metres(a, b) {
  const north = (b.lat - a.lat) * metresPerDegree
  const east = (b.lon - a.lon) * metresPerDegree * Math.cos((a.lat * Math.PI) / 180)
  return Math.hypot(north, east)
}

const stage = (page) => page.locator(id('pilot')).getAttribute('data-stage')

/** Takes the vehicle of the open drawer: the question names it, and flying shows only when the mode is seen. */
export async function takes(page, vehicle) {
  await page.click(id('act-fly'))
  const question = await page.locator(id('dialog')).innerText()
  assert(question.includes(vehicle), `the question does not name ${vehicle}: ${question}`)
  await page.click(id('dialog-yes'))
  await until(`${vehicle} is flown by hand`, async () => (await stage(page)) === 'flying', 20)
}

/** Flies ahead by keys for five metres, and gives how far it went. */
export async function fliesByKeys(page, station, vehicle) {
  const from = (await truth(station, vehicle)).position
  const gone = async () => metres(from, (await truth(station, vehicle)).position)
  await page.keyboard.down('KeyW')
  await until(`${vehicle} goes ahead`, async () => (await gone()) > 5, 15)
  await page.keyboard.up('KeyW')
  const { mode } = await truth(station, vehicle)
  assert(mode === 'Position', `${vehicle} is in ${mode}`)
  return gone()
}

/** Keys that are typed into a field do not fly. */
export async function typingDoesNotFly(page) {
  await page.click(id('tab-fleet'))
  const search = page.locator(id('fleet-filter'))
  await search.focus()
  await page.keyboard.down('KeyW')
  await page.waitForTimeout(300)
  const moved = await page.locator(`${id('pilot')} circle.moved`).count()
  await page.keyboard.up('KeyW')
  await search.fill('')
  await page.click(id('tab-incidents'))
  assert(moved === 0, 'a letter typed into a field moved the sticks')
}

/** Lets go with the space bar: it is seen to hold, and the page says why it ended. */
export async function letsGo(page, station, vehicle) {
  await page.keyboard.press('Space')
  await until('it holds', async () => (await truth(station, vehicle)).mode === 'Hold', 3)
  await page.locator(id('pilot-ended')).waitFor()
  await page.locator(`${id('pilot-ended')} button`).click()
}

/** Ends a flight by the button, if it has not ended by itself. */
export async function isReleased(page, station, vehicle) {
  if ((await page.locator(id('pilot-release')).count()) > 0) await page.click(id('pilot-release'))
  await until('it holds', async () => (await truth(station, vehicle)).mode === 'Hold', 3)
  await page.locator(`${id('pilot-ended')} button`).click()
}

/** Closes the page of a pilot who is flying; gives after how long the vehicle held, milliseconds. */
export async function pageIsClosed(page, station, vehicle) {
  await page.keyboard.down('KeyW')
  await page.waitForTimeout(1500)
  const at = Date.now()
  await page.close()
  await until('it holds', async () => (await truth(station, vehicle)).mode === 'Hold', 3)
  const took = Date.now() - at
  assert(took < 1500, `it held ${took} ms after the page was closed`)
  return took
}

/** Leaves the tab: the sticks are let go at once. */
export async function tabIsLeft(page, station, vehicle) {
  await page.evaluate(() => window.dispatchEvent(new Event('blur')))
  await until('it holds', async () => (await truth(station, vehicle)).mode === 'Hold', 3)
  const reason = await page.locator(id('pilot-ended')).getAttribute('data-reason')
  assert(reason === 'hidden', `ended as ${reason}`)
  await page.locator(`${id('pilot-ended')} button`).click()
}
