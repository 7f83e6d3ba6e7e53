// The console driven as a user does, against the real station and the simulated city, in a real browser.
//
//   node e2e/run.mjs [--binary bin/groundstation] [--screenshots DIR]
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { assert, id, laptop, openBrowser, until, wall } from './browser.mjs'
import { isAccessible } from './accessible.mjs'
import { fleetIsLive, linkIsSpent, signIn } from './flow_live.mjs'
import { cancel, isBackInItsDock, placeIsCorrected, reachesTheScene, reasonsAreGiven, report, videoIsLive } from './flow_incident.mjs'
import { holdAndRecallAll } from './flow_all.mjs'
import { crewFlies, isLandedByHand } from './flow_crew.mjs'
import { circlesHigher, followsAPlace } from './flow_follow.mjs'
import { act, byHand, refusal } from './flow_hand.mjs'
import { hostile, wordsStayWords } from './flow_hostile.mjs'
import { fliesByKeys, isReleased, letsGo, pageIsClosed, tabIsLeft, takes, typingDoesNotFly } from './flow_pilot.mjs'
import { clipIsExported, isRecordedByHand, recordingPlays } from './flow_footage.mjs'
import { layerIsChosen } from './flow_layer.mjs'
import { patrolFlies, planIsDrawn } from './flow_patrol.mjs'
import { payloadWorks } from './flow_payload.mjs'
import { pictureGivesThePlace } from './flow_spot.mjs'
import { nearOnesStandOut, trafficIsShown } from './flow_traffic.mjs'
import { comesByHls, dockIsSeen, snapshotIsTaken, wallShowsAll } from './flow_wall.mjs'
import { isTranscoded } from './flow_recode.mjs'
import { isShared } from './flow_share.mjs'
import { viewerOnlyLooks, zoneIsDrawn, zonesAreImported, zonesAreRemoved } from './flow_zones.mjs'
import { startStation } from './station.mjs'

const { values } = parseArgs({ options: { binary: { type: 'string', default: 'bin/groundstation' }, screenshots: { type: 'string' } } })

const began = Date.now()
async function step(name, work) {
  const start = Date.now()
  const result = await work()
  console.log(`ok  ${((Date.now() - start) / 1000).toFixed(1).padStart(6)} s  ${name}`)
  return result
}

/** One picture in each language at each size; ready makes the page what it is to show, and after ends that. */
async function shoot(page, name, ready = () => {}, after = () => {}) {
  if (values.screenshots === undefined) return
  await mkdir(values.screenshots, { recursive: true })
  for (const lang of ['zh', 'en']) {
    await page.click(id(`lang-${lang}`))
    for (const size of [laptop, wall]) {
      await page.setViewportSize(size)
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
      await page.waitForTimeout(700) // map tiles and labels settle
      await ready()
      await page.screenshot({ path: `${values.screenshots}/${name}-${lang}-${size.width}.png` })
      await after()
    }
  }
  await page.setViewportSize(laptop)
}

const station = await startStation(values.binary, { 'Long-range VTOL V20': hostile, 'South airfield': hostile, 'rtsp://127.0.0.1:8554/V18': 'rtsp://127.0.0.1:8554/V18/h265' })
const browser = await openBrowser()
const errors = []
let page
try {
  const context = await browser.newContext({ viewport: laptop })
  page = await context.newPage()
  page.on('pageerror', (e) => errors.push(String(e)))
  page.on('console', (m) => m.type() === 'error' && !/status of (401|409)/.test(m.text()) && errors.push(m.text()))

  await step('sign-in by the one-time link', () => signIn(page, station.link))
  await step('the link is spent', () => linkIsSpent(browser, station.link))
  await step('29 vehicles and 18 docks live', () => fleetIsLive(page))
  await step('the page is accessible', () => isAccessible(page))
  await step('a hostile name, text and title stay words', () => wordsStayWords(page, station, 'V20'))
  await step('camera and gimbal: photo, video, zoom, thermal, lock', () => payloadWorks(page))
  await shoot(page, 'fleet')
  await step('the wall shows what all cameras in sight see', () => wallShowsAll(page))
  await shoot(page, 'wall')
  await step('a snapshot is taken of a live picture', () => snapshotIsTaken(page))
  await step('a dock is seen from inside', () => dockIsSeen(page, 'V01', 'H01'))
  const behind = await step('without WebRTC the picture comes by HLS', () => comesByHls(context, station.url, 'V05'))
  console.log(`    the picture by HLS is ${behind} ms old by its timecode`)

  await step('a no-record zone is drawn on the map', () => zoneIsDrawn(page, () => shoot(page, 'zones')))
  await step('one comes from a GeoJSON file', () => zonesAreImported(page))
  await step('a viewer sees them and no acts', () => viewerOnlyLooks(page, browser, station.url))
  await step('they are deleted', () => zonesAreRemoved(page))

  await page.goto('about:blank') // a change of the hash alone would not load the page anew
  await page.goto(`${station.url}/#map=15.5/32.533/120.4874`)
  await until('47 live again', async () => (await page.getAttribute(id('connection'), 'data-live')) === '47')
  const scene = await step('an incident is reported on the map and decided', () => report(page, 'Collision, two cars', { x: -120, y: -90 }))
  await step('every vehicle passed over has its reason', () => reasonsAreGiven(scene.card))
  await scene.card.locator(id('incident-vehicle')).click()
  await step(`${scene.vehicle} reaches the scene`, () => reachesTheScene(scene.card))
  const age = await step('live pictures of its camera', () => videoIsLive(page, scene.vehicle))
  console.log(`    the picture on the page is ${age} ms old by its timecode`)
  const rates = await step('its picture at a lower rate is chosen', () => layerIsChosen(page))
  console.log(`    ${rates.low} pictures a second, ${rates.full} without`)
  const off = await step('a click on the picture gives the place that it shows', () => pictureGivesThePlace(page, station, scene.vehicle, scene.incident))
  console.log(`    ${off.metres.toFixed(1)} m off, its error told as ${off.major.toFixed(1)} × ${off.minor.toFixed(1)} m`)
  await shoot(page, 'incident')
  await step('its place is corrected in flight', () => placeIsCorrected(page, scene.card))
  await step('aircraft of others are shown', () => trafficIsShown(page))
  await step('one that comes near stands out', () => nearOnesStandOut(page, station, scene.vehicle, () => shoot(page, 'traffic')))
  await step('it follows a place that moves', () => followsAPlace(page, scene.vehicle, () => shoot(page, 'follow')))
  await step('it circles at a height of its own', () => circlesHigher(page, () => shoot(page, 'circle')))
  await page.click(id('tab-incidents'))
  await step('by hand, back in its layer: hold, go to, continue, each acknowledged', () => byHand(page))
  await shoot(page, 'pilot', () => takes(page, scene.vehicle), () => isReleased(page, station, scene.vehicle))
  await step(`${scene.vehicle} is taken to be flown by hand`, () => takes(page, scene.vehicle))
  const flown = await step('keys fly it ahead', () => fliesByKeys(page, station, scene.vehicle))
  console.log(`    ${flown.toFixed(0)} m`)
  await step('keys that are typed do not fly it', () => typingDoesNotFly(page))
  await step('the space bar lets go and it holds', () => letsGo(page, station, scene.vehicle))
  await step('leaving the tab lets go', async () => {
    await takes(page, scene.vehicle)
    await tabIsLeft(page, station, scene.vehicle)
  })
  const second = await context.newPage()
  await second.goto(page.url())
  const held = await step('it holds when the page is closed', async () => {
    await second.locator(id('tab-fleet')).click()
    await second.locator(id('vehicle-row', `[data-id="${scene.vehicle}"]`)).click()
    await takes(second, scene.vehicle)
    return pageIsClosed(second, station, scene.vehicle)
  })
  console.log(`    after ${held} ms`)
  await act(page, 'continue', 60)
  await step('a refusal is shown with its reason', () => refusal(page, 'V02'))
  await page.click(id('tab-incidents'))
  await step('the incident is cancelled', () => cancel(page, scene.card))
  // While it flies home.
  await step('a camera is recorded by hand', () => isRecordedByHand(page, 'V12'))
  await step('its picture is shared by a link, and taken back', () => isShared(page, browser, 'V12'))
  await step('a camera of H.265 is seen transcoded', () => isTranscoded(page, 'V18'))
  await step(`${scene.vehicle} is back in its dock, lid shut, charging`, () => isBackInItsDock(page, scene.vehicle))
  await step('its recording plays, and the map shows where that was', () => recordingPlays(page, scene.vehicle))
  await shoot(page, 'recording')
  await step('a clip is exported with the hash of each file', () => clipIsExported(page))
  await step('a plan is drawn on the map', () => planIsDrawn(page))
  const flier = await step('a patrol from a .plan file goes out by itself on time', () => patrolFlies(page))
  console.log(`    flown by ${flier}`)
  await shoot(page, 'patrol')
  await step('hold all, recall all', () => holdAndRecallAll(page, flier))
  const crewed = await step('a crew says the word and its vehicle flies', () => crewFlies(page))
  await step(`${crewed} is returned and landed by hand`, () => isLandedByHand(page, crewed))

  assert(errors.length === 0, `errors in the page:\n${errors.join('\n')}`)
} catch (e) {
  if (page) await page.screenshot({ path: join(tmpdir(), 'groundstation-e2e-failure.png') }).catch(() => {})
  console.error(`FAIL ${e.stack ?? e}\n${errors.join('\n')}\nstation:\n${station.log().slice(-4000)}`)
  process.exitCode = 1
} finally {
  await browser.close()
  const how = await station.stop()
  if (how.code !== 0) {
    console.error(`FAIL the station did not end cleanly on Ctrl-C: ${JSON.stringify(how)}`)
    process.exitCode = 1
  }
}
console.log(`${process.exitCode ? 'FAIL' : 'PASS'} in ${((Date.now() - began) / 1000).toFixed(0)} s`)
