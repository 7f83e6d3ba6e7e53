// By hand: each act shows its acknowledgement and its end, or its refusal.
import { assert, id, until } from './browser.mjs'

/** The acts that ask first. A vehicle in the air is sent to a point without a question. */
const asking = new Set(['return', 'land', 'release'])

async function press(page, name) {
  await page.click(id(`act-${name}`))
  if (asking.has(name)) await page.click(id('dialog-yes'))
}

/** The newest line of the log of acts for this act, once it has come to an end. */
export async function ending(page, act, seconds) {
  return until(`${act} has an end`, async () => {
    const line = page.locator(id('act-log')).locator(id('act', `[data-act="${act}"]`)).first()
    if ((await line.count()) === 0) return null
    const state = await line.getAttribute('data-state')
    return ['done', 'refused', 'timed-out'].includes(state) ? { state, text: await line.innerText() } : null
  }, seconds)
}

/** Presses the button of an act and wants it done. */
export async function act(page, name, seconds = 40) {
  await press(page, name)
  const end = await ending(page, name, seconds)
  assert(end.state === 'done', `${name} ended as ${end.state}: ${end.text}`)
}

/** The drawer of a flying vehicle is open. */
export async function byHand(page) {
  await act(page, 'hold')
  await press(page, 'goto')
  await page.locator(id('map-prompt')).waitFor()
  const map = await page.locator(id('map')).boundingBox()
  await page.mouse.click(map.x + map.width / 2 + 30, map.y + map.height / 2 - 100)
  const there = await ending(page, 'goto', 60)
  assert(there.state === 'done', `goto ended as ${there.state}: ${there.text}`)
  await act(page, 'continue')
}

/** A vehicle in its dock cannot hold: the refusal says why. */
export async function refusal(page, vehicle) {
  await page.click(id('tab-fleet'))
  await page.click(id('vehicle-row', `[data-id="${vehicle}"]`))
  await press(page, 'land')
  const end = await ending(page, 'land', 20)
  assert(end.state === 'refused' && end.text.length > 8, `land of a docked vehicle ended as ${end.state}: ${end.text}`)
}
