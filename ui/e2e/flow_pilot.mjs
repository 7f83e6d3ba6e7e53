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
  await until(`${vehicle} is flown by hand`, async () => (await stage(page)) === 'flying')
}

/** Why the flight of this page has ended, null while it has not. */
async function whyEnded(page) {
  const ended = page.locator(id('pilot-ended'))
  return (await ended.count()) > 0 ? ended.getAttribute('data-reason') : null
}

/**
 * Flies ahead by keys for five metres, and gives how far it went. A page that is not given the processor for half a second
 * is silent, and the station rightly lets the vehicle hold: then its pilot begins anew, three times at most.
 */
export async function fliesByKeys(page, station, vehicle, again = 3) {
  const from = (await truth(station, vehicle)).position
  const gone = async () => metres(from, (await truth(station, vehicle)).position)
  await page.keyboard.down('KeyW')
  await until(`${vehicle} goes ahead`, async () => (await gone()) > 5 || (await whyEnded(page)) !== null)
  await page.keyboard.up('KeyW')
  const why = await whyEnded(page)
  if (why === 'silent' && again > 0) {
    console.log('    the page was silent; its pilot begins anew')
    await page.locator(`${id('pilot-ended')} button`).click()
    await takes(page, vehicle)
    return fliesByKeys(page, station, vehicle, again - 1)
  }
  const { mode } = await truth(station, vehicle)
  assert(why === null && mode === 'Position', `${vehicle} is in ${mode}; its flight by hand ended as ${why}`)
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
  await until('it holds', async () => (await truth(station, vehicle)).mode === 'Hold')
  await page.locator(id('pilot-ended')).waitFor()
  await page.locator(`${id('pilot-ended')} button`).click()
}

/** Ends a flight by the button, if it has not ended by itself. */
export async function isReleased(page, station, vehicle) {
  if ((await page.locator(id('pilot-release')).count()) > 0) await page.click(id('pilot-release'))
  await until('it holds', async () => (await truth(station, vehicle)).mode === 'Hold')
  await page.locator(`${id('pilot-ended')} button`).click()
}

/** Closes the page of a pilot who is flying; gives after how long the vehicle held, milliseconds. */
export async function pageIsClosed(page, station, vehicle) {
  await page.keyboard.down('KeyW')
  await page.waitForTimeout(1500)
  const at = Date.now()
  await page.close()
  await until('it holds', async () => (await truth(station, vehicle)).mode === 'Hold')
  return Date.now() - at
}

/** Leaves the tab: the sticks are let go at once. */
export async function tabIsLeft(page, station, vehicle) {
  await page.evaluate(() => window.dispatchEvent(new Event('blur')))
  await until('it holds', async () => (await truth(station, vehicle)).mode === 'Hold')
  const reason = await whyEnded(page)
  assert(reason === 'hidden', `ended as ${reason}`)
  await page.locator(`${id('pilot-ended')} button`).click()
}
