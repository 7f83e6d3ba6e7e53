// Measures in the console how old pictures are by the timecode in them, and how long after a click the first one is there.
// Prints one JSON object for internal/bench.
import { parseArgs } from 'node:util'
import { id, laptop, openBrowser, until } from './browser.mjs'
import { readVideo } from './timecode.mjs'

const { values } = parseArgs({ options: { url: { type: 'string' }, cookie: { type: 'string' }, vehicles: { type: 'string' } } })
const vehicles = values.vehicles.split(',')
const pictures = 150
const clicks = 40
const selector = `${id('vehicle-drawer')} video`

// Clicks on a vehicle in the list and gives the time until a frame of its picture is on the screen, ms.
const firstFrame = (page, vehicle) => page.evaluate(([row, video]) => new Promise((done, fail) => {
  const began = performance.now()
  const look = () => {
    const element = document.querySelector(video)
    if (element) element.requestVideoFrameCallback(() => done(performance.now() - began))
    else if (performance.now() - began > 20_000) fail(new Error('no picture'))
    else requestAnimationFrame(look)
  }
  document.querySelector(row).click()
  look()
}), [id('vehicle-row', `[data-id="${vehicle}"]`), selector])

async function close(page) {
  await page.click(id('drawer-close'))
  await page.waitForSelector(selector, { state: 'detached' })
}

const browser = await openBrowser()
try {
  const context = await browser.newContext({ viewport: laptop })
  const at = values.cookie.indexOf('=')
  await context.addCookies([{ name: values.cookie.slice(0, at), value: values.cookie.slice(at + 1), url: values.url }])
  const page = await context.newPage()
  await page.goto(`${values.url}/?lang=en#map=15/32.533/120.4874`)
  await until('47 live', async () => (await page.getAttribute(id('connection'), 'data-live')) === '47', 30)
  await page.click(id('tab-fleet'))
  const cold = []
  for (const vehicle of vehicles) {
    cold.push(await firstFrame(page, vehicle))
    await close(page)
  }
  const warm = []
  for (let n = 0; n < clicks; n++) {
    warm.push(await firstFrame(page, vehicles[n % vehicles.length]))
    await close(page)
  }
  await firstFrame(page, vehicles[0])
  const delays = []
  for (let last = 0; delays.length < pictures; ) {
    const shot = await readVideo(page, selector)
    if (shot !== null && shot.ms !== last) delays.push(shot.now - shot.ms)
    last = shot?.ms ?? last
    await new Promise((r) => setTimeout(r, 50))
  }
  console.log(JSON.stringify({ cold, warm, delays }))
} finally {
  await browser.close()
}
