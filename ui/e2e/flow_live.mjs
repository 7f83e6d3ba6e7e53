// Sign-in by the one-time link, and the whole fleet live on the map.
import { id, until } from './browser.mjs'

export async function signIn(page, link) {
  await page.goto(link)
  await page.fill(id('door-name'), 'e2e-admin')
  await page.fill(id('door-password'), 'correct horse battery staple 7')
  await page.fill(id('door-repeat'), 'correct horse battery staple 7')
  await page.click(id('door-enter'))
  await page.waitForSelector(id('map'))
}

/** The one-time link must not open a second account. */
export async function linkIsSpent(browser, link) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(link)
  await page.fill(id('door-name'), 'second')
  await page.fill(id('door-password'), 'correct horse battery staple 8')
  const repeat = page.locator(id('door-repeat'))
  if (await repeat.count()) await repeat.fill('correct horse battery staple 8')
  await page.click(id('door-enter'))
  await page.waitForSelector(id('door-failure'))
  await context.close()
}

export async function fleetIsLive(page) {
  await until('47 live', async () => (await page.getAttribute(id('connection'), 'data-live')) === '47')
  await page.click(id('tab-fleet'))
  await until('29 vehicles are listed', async () => (await page.locator(id('vehicle-row')).count()) === 29)
  await until('18 docks are shown fresh', async () => (await page.locator(id('vehicle-row', '[data-dock-fresh="fresh"]')).count()) === 18)
  await until('the map has drawn the fleet', async () => Number(await page.getAttribute(id('map'), 'data-version')) > 0)
}
