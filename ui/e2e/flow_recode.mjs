// A camera of H.265 in a browser that plays none.
import { assert, id, until } from './browser.mjs'
import { readVideo, tagOf } from './timecode.mjs'

/** Its picture is seen and said to be transcoded. It gives how old the picture is, ms. */
export async function isTranscoded(page, vehicle) {
  await page.click(id('tab-fleet'))
  await page.locator(id('vehicle-row', `[data-id="${vehicle}"]`)).click()
  const selector = `${id('vehicle-drawer')} video`
  const first = await until('a timecode in the transcoded picture', () => readVideo(page, selector))
  assert(first.tag === (await tagOf(page, vehicle)), `the picture is not of ${vehicle}`)
  const later = await until('it goes on, fresh', async () => {
    const s = await readVideo(page, selector)
    return s !== null && s.ms > first.ms + 1000 && Math.abs(s.now - s.ms) < 3000 ? s : null
  })
  await until('the console says so', async () => /H\.265/.test(await page.textContent(id('video-state'))))
  return later.now - later.ms
}
