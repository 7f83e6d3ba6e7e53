// A live camera shared with somebody who has no account, until the link is taken back.
import { isAccessible } from './accessible.mjs'
import { assert, id, laptop, until } from './browser.mjs'
import { readVideo, tagOf } from './timecode.mjs'

/** A browser with neither WebRTC nor Media Source Extensions plays the link's HLS by itself. */
async function playsByItself(browser, link) {
  const context = await browser.newContext({ viewport: laptop })
  await context.addInitScript('delete globalThis.RTCPeerConnection; delete globalThis.MediaSource; delete globalThis.ManagedMediaSource; delete globalThis.WebKitMediaSource')
  const guest = await context.newPage()
  await guest.goto(link)
  const first = await until('a timecode in the picture that the browser plays by itself', () => readVideo(guest, `${id('shared')} video`))
  assert(await guest.evaluate((of) => document.querySelector(of).src.endsWith('/hls/index.m3u8'), `${id('shared')} video`), 'it is not given the playlist')
  await until('it goes on', async () => ((await readVideo(guest, `${id('shared')} video`))?.ms ?? 0) > first.ms + 1000)
  await context.close()
}

/** A link whose name is burnt into the picture: the page draws none over it, and the console tells of it. */
async function bearsItsName(page, browser) {
  await page.click(id('share'))
  await page.fill(id('share-viewer'), '警察 Wang')
  await page.fill(id('share-reason'), 'smoke at the quay')
  await page.check(id('share-burn'))
  await page.click(id('share-make'))
  const link = await page.locator(id('share-link')).inputValue()
  await page.click(id('share-done'))
  const row = page.locator(id('share-open'), { hasText: '警察 Wang' })
  assert(/name in the picture|名称已压入画面/.test(await row.textContent()), 'the console does not tell that the picture bears the name')
  const context = await browser.newContext({ viewport: laptop })
  const guest = await context.newPage()
  await guest.goto(link)
  await guest.locator(id('shared', '[data-state="live"]')).waitFor({ timeout: 30_000 })
  assert((await guest.locator(id('watermark')).count()) === 0, 'the name is drawn a second time')
  await context.close()
  await row.locator(id('share-revoke')).click()
  await page.click(id('dialog-yes'))
  await row.waitFor({ state: 'detached' })
}

/** A link made beside the picture shows it in a browser that nobody signed in with, by name, until it is taken back. seen is called while it shows. */
export async function isShared(page, browser, vehicle, seen = () => {}) {
  await page.click(id('tab-fleet'))
  await page.locator(id('vehicle-row', `[data-id="${vehicle}"]`)).click()
  await page.click(id('share'))
  await page.fill(id('share-viewer'), '消防 Li')
  await page.fill(id('share-reason'), 'smoke at the quay')
  await page.click(id('share-make'))
  const link = await page.locator(id('share-link')).inputValue()
  await page.click(id('share-done'))
  const row = page.locator(id('share-open'))
  await row.waitFor()

  const context = await browser.newContext({ viewport: laptop, locale: 'en-GB' })
  const guest = await context.newPage()
  const asked = []
  guest.on('request', (r) => asked.push(r.url()))
  await guest.goto(link)
  const selector = `${id('shared')} video`
  const first = await until('a timecode in the shared picture', () => readVideo(guest, selector))
  assert(first.tag === (await tagOf(page, vehicle)), `the picture is not of ${vehicle}`)
  await until('it goes on', async () => ((await readVideo(guest, selector))?.ms ?? 0) > first.ms + 1000)
  const mark = await guest.textContent(id('watermark-line'))
  assert(mark.startsWith(`消防 Li · ${vehicle} · 20`), `over the picture stands ${mark}`)
  const token = link.split('#')[1]
  assert(token.length > 40 && !guest.url().includes(token) && !asked.some((url) => url.includes(token)), 'the token is in an address')
  assert(!asked.some((url) => /map|Console/.test(new URL(url).pathname)), 'the page of a link loads the console')
  await until('the console tells who looks', async () => /1/.test(await row.locator(id('share-watching')).textContent()))
  await isAccessible(guest)
  await seen(guest)
  await playsByItself(browser, link)
  await bearsItsName(page, browser)

  await row.locator(id('share-revoke')).click()
  await page.click(id('dialog-yes'))
  await guest.locator(id('shared-over')).waitFor()
  assert((await guest.getAttribute(id('shared'), 'data-over')) === 'revoked', 'it does not say why it ended')
  assert((await guest.locator('video').count()) === 0, 'the picture stays')
  await row.waitFor({ state: 'detached' })
  await guest.goto('about:blank')
  await guest.goto(link)
  await guest.locator(id('shared', '[data-over="unknown-share"]')).waitFor()
  await context.close()
}
