// The camera's picture at a lower rate, by choice.
import { id, until } from './browser.mjs'

/** How many pictures a second are shown in the drawer of a vehicle. */
const shown = (page) => page.locator(`${id('vehicle-drawer')} video`).evaluate((video) => new Promise((done) => {
  let pictures = 0
  const count = () => {
    pictures += 1
    video.requestVideoFrameCallback(count)
  }
  video.requestVideoFrameCallback(count)
  setTimeout(() => done(pictures / 2), 2000)
}))

/** The lower one is chosen and comes, is said to be that, and the whole one comes back. It gives the pictures a second of both. */
export async function layerIsChosen(page) {
  const choice = page.locator(id('video-layer'))
  const given = async () => page.getAttribute(id('video'), 'data-layer')
  await choice.selectOption('low')
  await until('the lower one is sent', async () => (await given()) === 'low')
  const low = await until('few pictures come', async () => {
    const n = await shown(page)
    return n > 1 && n < 8 ? n : null
  })
  await until('the console says that it is the lower one', async () => /reduced|低码率/.test(await page.textContent(id('video-state'))))
  await choice.selectOption('auto')
  await until('all of it is sent', async () => (await given()) === 'full')
  const full = await until('all pictures come', async () => {
    const n = await shown(page)
    return n > low * 1.5 ? n : null
  })
  return { low, full }
}
