// A click on the picture gives the place that it shows: that of a known point, by the truth of the world.
import { assert, id, until } from './browser.mjs'
import { readVideo } from './timecode.mjs'

const rad = Math.PI / 180
const metresPerDeg = 6_378_137 * rad
const hfovDeg = 70 // of a dock's quad at its wide end
const frameMs = 70
const stillWithin = 0.005 // of the picture

const inside = (p) => p.x > 0.02 && p.x < 0.98 && p.y > 0.02 && p.y < 0.98

const metres = (from, to) => ({ e: (to.lon - from.lon) * metresPerDeg * Math.cos(from.lat * rad), n: (to.lat - from.lat) * metresPerDeg })

/** Where a point is seen, 0 to 1 from the upper left corner: the eye is given by two rotations, of azimuth and of pitch. */
function pixelOf({ position, gimbalYawDeg: yaw, gimbalPitchDeg: pitch, zoom }, place, aspect) {
  const { e, n } = metres(position, place)
  const u = place.altAmsl - position.altAmsl
  const ahead = n * Math.cos(yaw * rad) + e * Math.sin(yaw * rad)
  const right = e * Math.cos(yaw * rad) - n * Math.sin(yaw * rad)
  const depth = ahead * Math.cos(pitch * rad) + u * Math.sin(pitch * rad)
  const up = u * Math.cos(pitch * rad) - ahead * Math.sin(pitch * rad)
  const wide = (Math.tan((hfovDeg * rad) / 2) / zoom) * depth
  return { x: (1 + right / wide) / 2, y: (1 - (up / wide) * aspect) / 2 }
}

/** Clicks on the scene of an incident, which the vehicle's camera shows, and gives how far off the told place is, in its own standard deviations. */
export async function pictureGivesThePlace(page, station, vehicle, incident, shot = async () => undefined) {
  const selector = `${id('vehicle-drawer')} video`
  const video = page.locator(selector)
  const card = page.locator(id('spot'))
  const place = await page.evaluate(async (i) => (await (await fetch(`/api/v1/incidents/${i}`)).json()).place, incident)
  if (await page.locator(id('payload-wider')).isDisabled()) await page.click(id('payload-nearer')) // by its own word of its field of view
  const truth = async () => (await (await fetch(`${station.control}/truth`)).json()).vehicles.find((v) => v.id === vehicle)
  await until('it has zoomed', async () => (await truth()).zoom > 1.5)
  await until('the camera’s clock is told', async () => {
    await page.click(id('spot-centre'))
    await page.waitForTimeout(300)
    if ((await card.count()) === 0) return false
    const by = await card.getAttribute('data-by')
    await page.click(id('spot-close'))
    return by === 'capture'
  })

  const box = await video.boundingBox()
  const ground = { ...place, altAmsl: 4 }
  // Where the scene is in the picture is reckoned from the truth, so the picture must not move between one and the other.
  const told = await until('a click while the camera stands still', async () => {
    const p = pixelOf(await truth(), ground, 16 / 9)
    if (!inside(p)) return false
    const before = await readVideo(page, selector)
    await page.mouse.click(box.x + p.x * box.width, box.y + p.y * box.height)
    const after = await readVideo(page, selector)
    await card.waitFor()
    const got = await card.evaluate((e) => Object.fromEntries(['lat', 'lon', 'major', 'minor', 'bearing', 'ms'].map((k) => [k, Number(e.dataset[k])])))
    assert(got.ms > before.ms - frameMs && got.ms < after.ms + frameMs, `the frame is told to be of ${got.ms}, its timecode says ${before.ms} to ${after.ms}`)
    const then = pixelOf(await truth(), ground, 16 / 9)
    if (Math.hypot(then.x - p.x, then.y - p.y) < stillWithin) return got
    await page.click(id('spot-close'))
    return false
  })
  const { e, n } = metres(place, told)
  const [s, c] = [Math.sin(told.bearing * rad), Math.cos(told.bearing * rad)]
  const sigmas = Math.hypot((e * s + n * c) / told.major, (e * c - n * s) / told.minor)
  assert(sigmas < 3, `told is a place ${Math.hypot(e, n).toFixed(1)} m off, ${sigmas.toFixed(1)} times its standard deviation: ${JSON.stringify(told)}`)
  await shot()

  const looks = page.locator(id('act', '[data-act="look-at"][data-state="done"]'))
  const done = await looks.count()
  await page.click(id('spot-look'))
  await until('its camera looks there', async () => (await looks.count()) > done)
  await page.click(id('spot-close'))
  return { sigmas, metres: Math.hypot(e, n), major: told.major, minor: told.minor }
}
