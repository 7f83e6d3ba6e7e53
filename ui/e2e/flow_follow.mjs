// A vehicle follows a place that the page tells of, moves with it, and holds when that is ended.
import { assert, id, until } from './browser.mjs'
import { isAccessible } from './accessible.mjs'
import { ending } from './flow_hand.mjs'

async function clickMap(page, x, y) {
  await page.locator(id('map-prompt')).waitFor()
  const map = await page.locator(id('map')).boundingBox()
  await page.mouse.click(map.x + map.width / 2 + x, map.y + map.height / 2 + y)
}

/** The drawer of a flying vehicle is open. */
export async function followsAPlace(page, vehicle, shot = async () => undefined) {
  await page.click(id('act-follow'))
  await page.click(id('follow-pick'))
  await clickMap(page, 60, 40)
  await page.fill(id('follow-distance'), '30')
  await isAccessible(page, id('follow-form'))
  await page.click(id('follow-start'))
  const asked = await page.locator(id('dialog')).innerText()
  assert(asked.includes(vehicle) && asked.includes('30 m'), `the question does not name the vehicle and the distance: ${asked}`)
  await page.click(id('dialog-yes'))
  await page.locator(id('following')).waitFor({ timeout: 30_000 })
  await until('the vehicle has acknowledged', () => page.locator(id('act', '[data-act="follow"][data-state="acknowledged"]')).count())
  await shot()
  await page.click(id('follow-move'))
  await clickMap(page, -60, -60)
  await page.click(id('follow-stop'))
  const end = await ending(page, 'follow', 30)
  assert(end.state === 'done', `following ended as ${end.state}: ${end.text}`)
  const held = await ending(page, 'hold', 30)
  assert(held.state === 'done', `hold ended as ${held.state}: ${held.text}`)
  await page.locator(id('following')).waitFor({ state: 'detached', timeout: 30_000 })
}

/** It circles a place at a height of its own. */
export async function circlesHigher(page, shot = async () => undefined) {
  await page.click(id('act-aim'))
  await clickMap(page, 20, 20)
  await page.fill(id('aim-radius'), '30')
  await page.click(id('aim-own'))
  await page.fill(id('aim-above'), '130')
  assert(await page.locator(id('aim-send')).isDisabled(), 'a height above the highest layer may be sent')
  await page.fill(id('aim-above'), '75')
  await isAccessible(page, id('aim-form'))
  await shot()
  await page.click(id('aim-send'))
  const there = await ending(page, 'orbit', 60)
  assert(there.state === 'done', `orbit ended as ${there.state}: ${there.text}`)
}
