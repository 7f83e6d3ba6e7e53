// All cameras at a glance, a dock's cameras in its drawer, a snapshot, and HLS in a browser that has no WebRTC.
import { isAccessible } from './accessible.mjs'
import { assert, id, until } from './browser.mjs'
import { readVideo, tagOf } from './timecode.mjs'

const isLive = (page, camera) => page.locator(id('video', `[data-camera="${camera}"][data-state="live"]`)).waitFor({ timeout: 30_000 })

/** What is in sight gets its pictures, and nothing else is asked for one. */
export async function wallShowsAll(page) {
  const asked = new Set()
  const note = (r) => /\/cameras\/[^/]+\/key$/.test(r.url()) && asked.add(r.url())
  page.on('request', note)
  await page.click(id('wall-open'))
  await page.click(id('wall-all'))
  await until('65 cameras', async () => (await page.locator(id('thumb')).count()) === 65)
  await until('fifteen pictures', async () => (await page.locator(id('thumb', '[data-drawn="true"]')).count()) >= 15)
  assert(asked.size < 65, 'cameras out of sight were asked too')
  page.off('request', note)
  await isAccessible(page, id('wall'))
  await page.click(id('wall-docks'))
  await until('36 cameras of docks', async () => (await page.locator(id('thumb')).count()) === 36)
}

/** The live picture is opened from the wall, and taken away as JPEG. */
export async function snapshotIsTaken(page) {
  await page.locator(id('thumb', '[data-id="H01/outside"]')).click()
  await isLive(page, 'H01/outside')
  const panel = page.locator(id('video', '[data-camera="H01/outside"]')) // a drawer under the wall may have one too
  const [download] = await Promise.all([page.waitForEvent('download'), panel.locator(id('video-snapshot')).click()])
  assert(/^H01-outside_\d{8}T\d{6}Z\.jpg$/.test(download.suggestedFilename()), `it is called ${download.suggestedFilename()}`)
  const picture = Buffer.concat(await (await download.createReadStream()).toArray())
  assert(picture.length > 5000 && picture.readUInt16BE(0) === 0xffd8, `it is no JPEG of ${picture.length} octets`)
  await panel.locator(id('video-more')).click()
  await page.locator(id('wall')).waitFor({ state: 'detached' })
}

/** The cameras of a vehicle's dock are in its drawer. */
export async function dockIsSeen(page, vehicle, dock) {
  await page.click(id('tab-fleet'))
  await page.locator(id('vehicle-row', `[data-id="${vehicle}"]`)).click()
  await page.locator(id('dock-camera', `[data-id="${dock}/inside"]`)).click()
  await isLive(page, `${dock}/inside`)
  await isAccessible(page, id('vehicle-drawer'))
  await page.keyboard.press('Escape')
  await page.locator(id('vehicle-drawer')).waitFor({ state: 'detached' })
}

/** Where the page can have no peer connection the picture comes by HLS, and plays on. It gives how old it is, ms. */
export async function comesByHls(context, url, vehicle) {
  const page = await context.newPage()
  await page.addInitScript('delete globalThis.RTCPeerConnection')
  await page.goto(url)
  await page.click(id('tab-fleet'))
  await page.locator(id('vehicle-row', `[data-id="${vehicle}"]`)).click()
  await isLive(page, vehicle)
  assert((await page.getAttribute(id('video'), 'data-way')) === 'hls', 'it does not say that it comes by HLS')
  const at = () => page.evaluate((of) => document.querySelector(of).currentTime, id('video', ' video'))
  const first = await at()
  await until('it plays on', async () => (await at()) > first + 1)
  const seen = await until('a timecode in the picture', () => readVideo(page, id('video', ' video')))
  assert(seen.tag === (await tagOf(page, vehicle)), `the picture is not of ${vehicle}`)
  await page.close()
  return seen.now - seen.ms
}
