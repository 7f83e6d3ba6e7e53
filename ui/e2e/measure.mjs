// Measures in a browser with the console open: when messages about vehicles arrive, and how old pictures are by their
// timecode. Prints one JSON object for internal/bench.
import { parseArgs } from 'node:util'
import { id, laptop, openBrowser, until } from './browser.mjs'
import { readVideo } from './timecode.mjs'

const { values } = parseArgs({ options: { url: { type: 'string' }, cookie: { type: 'string' }, vehicle: { type: 'string' } } })
const seconds = 10

const browser = await openBrowser()
try {
  const context = await browser.newContext({ viewport: laptop })
  const at = values.cookie.indexOf('=')
  await context.addCookies([{ name: values.cookie.slice(0, at), value: values.cookie.slice(at + 1), url: values.url }])
  const page = await context.newPage()
  await page.goto(`${values.url}/?lang=en#map=15/32.533/120.4874`)
  await until('47 live', async () => (await page.getAttribute(id('connection'), 'data-live')) === '47', 30)

  // Twice: on an empty page, where a message is had when it comes, and beside the console, whose map a machine without a
  // graphics processor draws with the very cores that run the station.
  const listen = (where) => where.evaluate(async ([url, s]) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/events`)
    const out = []
    socket.onmessage = (e) => {
      const ms = performance.timeOrigin + performance.now()
      const message = JSON.parse(e.data)
      if (message.type !== 'delta') return
      for (const entry of message.entries) {
        if (entry.kind === 'vehicle' && entry.value) out.push({ id: entry.id, heardAt: entry.value.heardAt, ms })
      }
    }
    await new Promise((done) => setTimeout(done, s * 1000))
    socket.close()
    return out
  }, [values.url, seconds])
  const drawn = await listen(page)
  const empty = await context.newPage()
  await empty.goto(`${values.url}/healthz`)
  await page.close()
  const heard = await listen(empty)
  await empty.close()

  const watch = await context.newPage()
  await watch.goto(`${values.url}/?lang=en#map=15/32.533/120.4874`)
  await watch.waitForSelector(id('tab-fleet'))

  await watch.click(id('tab-fleet'))
  await watch.click(id('vehicle-row', `[data-id="${values.vehicle}"]`))
  const selector = `${id('vehicle-drawer')} video`
  await until('a picture', () => readVideo(watch, selector), 30)
  const video = []
  for (let last = 0; video.length < 60; ) {
    const shot = await readVideo(watch, selector)
    if (shot !== null && shot.ms !== last) video.push(shot.now - shot.ms)
    last = shot?.ms ?? last
    await new Promise((r) => setTimeout(r, 50))
  }
  console.log(JSON.stringify({ heard, drawn, video }))
} finally {
  await browser.close()
}
