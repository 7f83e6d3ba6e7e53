// No-record zones: one is drawn, one comes from a file, both are taken away again; who may only look sees no acts.
import { isAccessible } from './accessible.mjs'
import { assert, id, until } from './browser.mjs'

const square = (lon, lat) => [[lon, lat], [lon + 0.002, lat], [lon + 0.002, lat + 0.002], [lon, lat + 0.002], [lon, lat]]

/** Far from every flight, so that no picture is shut: the file's zone is at sea. */
const file = {
  name: 'schools.geojson',
  mimeType: 'application/geo+json',
  buffer: Buffer.from(JSON.stringify({
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', properties: { name: 'Nursery', rule: 'relay' }, geometry: { type: 'Polygon', coordinates: [square(123.2, 31.2)] } },
      { type: 'Feature', properties: { name: 'A road' }, geometry: { type: 'LineString', coordinates: square(123.2, 31.2) } },
    ],
  })),
}

export async function zoneIsDrawn(page, shot = async () => undefined) {
  await page.click(id('zones-open'))
  await page.click(id('zone-new'))
  const map = await page.locator(id('map')).boundingBox()
  for (const [n, [x, y]] of [[120, -60], [180, -70], [190, 20], [125, 10]].entries()) {
    await page.mouse.click(map.x + map.width / 2 + x, map.y + map.height / 2 + y)
    await until(`corner ${n + 1} is drawn`, async () => (await page.innerText(id('zone-drawn'))).startsWith(String(n + 1)))
  }
  await page.fill(id('zone-name'), 'School yard')
  assert(await page.locator(id('zone-save')).isDisabled(), 'a zone without a reason can be sent')
  await page.fill(id('zone-reason'), 'children')
  await isAccessible(page)
  await shot()
  await page.click(id('zone-save'))
  await page.locator(id('zone-kept')).waitFor()
  const zone = page.locator(id('zone'), { hasText: 'School yard' })
  await zone.waitFor()
  const kept = await page.evaluate(async (of) => (await (await fetch('/api/v1/privacy-zones')).json()).find((z) => z.id === of), await zone.getAttribute('data-id'))
  assert(kept?.ring.length === 4 && kept.rule === 'record' && kept.reason === 'children', `the station has ${JSON.stringify(kept)}`)
}

export async function zonesAreImported(page) {
  await page.setInputFiles(id('zone-files'), file)
  const form = page.locator(id('zone-import-form'))
  assert((await form.innerText()).includes('A road'), 'it does not say what it leaves out')
  await page.fill(id('zone-import-reason'), 'children')
  await page.click(id('zone-import-send'))
  await until('the station has kept it', async () => (await form.getAttribute('data-kept')) === '1')
  await page.click(id('zone-import-close'))
  await page.locator(id('zone', '[data-rule="relay"]'), { hasText: 'Nursery' }).waitFor()
}

/** A viewer sees the zones and no act on them. */
export async function viewerOnlyLooks(page, browser, url) {
  const login = { name: 'e2e-viewer', password: 'correct horse battery staple 9' }
  const status = await page.evaluate(async (who) => (await fetch('/api/v1/users', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...who, role: 'viewer' }) })).status, login)
  assert(status === 204, `a viewer was not made: ${status}`)
  const context = await browser.newContext()
  const other = await context.newPage()
  await other.goto(url)
  await other.fill(id('door-name'), login.name)
  await other.fill(id('door-password'), login.password)
  await other.click(id('door-enter'))
  await other.click(id('zones-open'))
  await until('both zones', async () => (await other.locator(id('zone')).count()) === 2)
  for (const act of ['zone-new', 'zone-import', 'zone-edit', 'zone-delete']) assert((await other.locator(id(act)).count()) === 0, `a viewer is offered ${act}`)
  await context.close()
}

export async function zonesAreRemoved(page) {
  for (const name of ['School yard', 'Nursery']) {
    const zone = page.locator(id('zone'), { hasText: name })
    await zone.locator(id('zone-delete')).click()
    await page.locator(id('dialog-no')).waitFor()
    await page.keyboard.press('Escape') // leaves the question, and not the zones behind it
    await page.locator(id('dialog-no')).waitFor({ state: 'hidden' })
    await zone.locator(id('zone-delete')).click()
    await page.click(id('dialog-yes'))
    await zone.waitFor({ state: 'detached' })
  }
  await page.click(id('zones-close'))
}
