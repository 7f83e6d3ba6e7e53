// The camera and the gimbal of a vehicle in the drawer: nothing is shown done before the camera says so.
import { id, until } from './browser.mjs'
import { isAccessible } from './accessible.mjs'

export async function payloadWorks(page, vehicle = 'V01', shot = async () => undefined) {
  await page.click(id('tab-fleet'))
  await page.click(id('vehicle-row', `[data-id="${vehicle}"]`))
  const panel = page.locator(id('payload'))
  await until('the camera is made out', () => panel.locator(id('payload-photo')).count(), 40)
  await until('the gimbal is made out', () => panel.locator(id('gimbal-centre')).count(), 40)
  const count = async () => Number(await panel.locator(id('photo-count')).textContent())
  const before = await count()
  await panel.locator(id('payload-photo')).click()
  await until('a photo is counted', async () => (await count()) === before + 1)
  await until('the photo is told done', () => page.locator(id('act', '[data-act="photo"][data-state="done"]')).count())

  await panel.locator(id('payload-record')).click()
  await until('it records', async () => (await panel.locator(id('camera')).getAttribute('data-recording')) === 'true')
  await until('its time goes on', async () => /0:0[2-9]/.test((await panel.locator(id('payload-record')).textContent()) ?? ''))
  await shot('recording')
  await isAccessible(page, id('payload'))
  await panel.locator(id('payload-record')).click()
  await until('it has stopped', async () => (await panel.locator(id('camera')).getAttribute('data-recording')) === 'false')

  await panel.locator(id('payload-nearer')).click()
  await until('it has zoomed', async () => ((await panel.locator(id('zoom')).textContent()) ?? '').includes('20'))
  await panel.locator(id('payload-thermal')).click()
  await until('the thermal picture is shown', async () => (await panel.locator(id('camera')).getAttribute('data-thermal')) === 'true')
  // It follows the nose until it is told otherwise.
  for (const [told, lock] of ['true', 'false', 'true'].entries()) {
    await panel.locator(id('gimbal-lock')).click()
    await until(`the gimbal tells that its lock is ${lock}`, async () => (await panel.locator(id('gimbal')).getAttribute('data-lock')) === lock)
    await until('that is told done', async () => (await page.locator(id('act', '[data-act="aim-gimbal"][data-state="done"]')).count()) === told + 1)
  }
  await until('the station controls the gimbal', async () => (await panel.locator(id('gimbal')).getAttribute('data-control')) === 'station')
  await shot('thermal')
  await panel.locator(id('payload-visible')).click()
  await until('the visible picture is shown', async () => (await panel.locator(id('camera')).getAttribute('data-thermal')) === 'false')
}
