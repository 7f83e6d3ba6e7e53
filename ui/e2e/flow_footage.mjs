// Recordings: that of the sortie is played, a clip of it taken away, and a camera recorded by hand.
import { createHash } from 'node:crypto'
import { isAccessible } from './accessible.mjs'
import { assert, id, until } from './browser.mjs'
import { readVideo, tagOf } from './timecode.mjs'

/** The sortie's recording is in the list, plays from where it is sought, and says the time that is in its pictures. */
export async function recordingPlays(page, vehicle) {
  await page.click(id('tab-footage'))
  const row = page.locator(id('recording-row', `[data-vehicle="${vehicle}"]`)).first()
  await until('the recording is closed', async () => (await row.getAttribute('data-open')) === 'false')
  await row.click()
  await page.locator(id('recording-drawer', '[data-ready="true"]')).waitFor()
  await page.locator(id('scrub-range')).fill('30')
  await page.click(id('recording-play'))
  const time = page.locator(id('recording-time'))
  const first = await until('a timecode in the recorded picture', () => readVideo(page, id('recording-video')))
  assert(first.tag === (await tagOf(page, vehicle)), `the picture is not of ${vehicle}`)
  await until('it plays on', async () => Number(await time.getAttribute('data-at')) > 32)
  const begun = await page.evaluate(async (of) => Date.parse((await (await fetch(`/api/v1/recordings/${of}`)).json()).from), await row.getAttribute('data-id'))
  const shown = await until('picture and clock are read together', async () => {
    const [at, picture, again] = [await time.getAttribute('data-at'), await readVideo(page, id('recording-video')), await time.getAttribute('data-at')]
    return at === again && picture !== null ? { clock: begun + Number(at) * 1000, picture: picture.ms } : null
  })
  assert(Math.abs(shown.clock - shown.picture) < 1500, `the clock says ${new Date(shown.clock).toISOString()}, the picture ${new Date(shown.picture).toISOString()}`)
  await page.click(id('recording-play'))
  await isAccessible(page, id('recording-drawer'))
}

/** A clip between two marks is a ZIP file with what its manifest says. */
export async function clipIsExported(page) {
  await page.locator(id('scrub-range')).fill('20')
  await page.click(id('mark-in'))
  await page.locator(id('scrub-range')).fill('26')
  await page.click(id('mark-out'))
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(id('recording-export'))])
  const stream = await download.createReadStream()
  const octets = Buffer.concat(await stream.toArray())
  assert(octets.readUInt32LE(0) === 0x04034b50, 'it is no ZIP file')
  // Files are stored as they are, so that they stand in it one after the other.
  const begin = octets.lastIndexOf('{\n  "recording"')
  const manifest = JSON.parse(octets.subarray(begin, octets.indexOf('\n}\n', begin) + 3).toString())
  const clip = manifest.files.find((f) => f.name === 'clip-1.mp4')
  assert(clip !== undefined && clip.octets > 10_000, `the clip is ${JSON.stringify(clip)}`)
  const at = octets.indexOf('ftypisom') - 4
  const hash = createHash('sha256').update(octets.subarray(at, at + clip.octets)).digest('hex')
  assert(hash === clip.sha256, 'the clip is not what the manifest says')
  await page.click(id('recording-close'))
}

/** Started and stopped in the drawer; then it is in the list, and can be held. */
export async function isRecordedByHand(page, vehicle) {
  await page.click(id('tab-fleet'))
  await page.locator(id('vehicle-row', `[data-id="${vehicle}"]`)).click()
  const state = page.locator(id('recording'))
  await page.click(id('recording-turn'))
  await until('it is recorded', async () => (await state.getAttribute('data-on')) === 'true' && (await state.getAttribute('data-missing')) === '')
  await page.waitForTimeout(2_000)
  await page.click(id('recording-turn'))
  await until('it is not recorded any more', async () => (await state.getAttribute('data-on')) === 'false')
  await page.click(id('tab-footage'))
  await page.locator(id('recording-row', `[data-vehicle="${vehicle}"]`)).first().click()
  await page.click(id('hold-ask'))
  await page.fill(id('hold-reason'), 'case 7')
  await page.click(id('hold-yes'))
  await page.locator(id('recording-held')).waitFor()
  await page.click(id('recording-close'))
  await page.click(id('tab-fleet'))
}
