// Measures in a browser with the console open: when messages about vehicles arrive, when the console has drawn them, and how
// busy its main thread is. Prints one JSON object for internal/bench.
import { parseArgs } from 'node:util'
import { id, laptop, openBrowser, until } from './browser.mjs'

const { values } = parseArgs({ options: { url: { type: 'string' }, cookie: { type: 'string' } } })
const seconds = 10
const fliers = 8

// Notes when each vehicle's messages arrive, and when the map's picture first holds each. An empty page has no map.
const listen = (page) => page.evaluate(async ([url, s, selector]) => {
  const ms = () => performance.timeOrigin + performance.now()
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/events`)
  const heard = []
  const shown = []
  const map = document.querySelector(selector)
  const watch = new MutationObserver(() => shown.push({ version: Number(map.dataset.version), ms: ms() }))
  if (map) watch.observe(map, { attributeFilter: ['data-version'] })
  socket.onmessage = (e) => {
    const at = ms()
    const message = JSON.parse(e.data)
    if (message.type !== 'delta') return
    for (const entry of message.entries) {
      if (entry.kind === 'vehicle' && entry.value) heard.push({ id: entry.id, heardAt: entry.value.heardAt, version: message.version, ms: at })
    }
  }
  await new Promise((done) => setTimeout(done, s * 1000))
  socket.close()
  watch.disconnect()
  const drawn = heard.flatMap((h) => {
    const picture = shown.find((p) => p.version >= h.version)
    return picture ? [{ ...h, ms: picture.ms }] : []
  })
  return { heard, drawn }
}, [values.url, seconds, id('map')])

// The same, and the share of the time that the page's main thread was at work.
async function watchConsole(page) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  const work = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    const of = (name) => metrics.find((m) => m.name === name).value
    return { at: of('Timestamp'), busy: of('TaskDuration') }
  }
  const before = await work()
  const got = await listen(page)
  const after = await work()
  return { ...got, busy: (after.busy - before.busy) / (after.at - before.at) }
}

async function openConsole(context) {
  const page = await context.newPage()
  await page.goto(`${values.url}/?lang=en#map=15/32.533/120.4874`)
  await until('47 live', async () => (await page.getAttribute(id('connection'), 'data-live')) === '47', 30)
  await until('the map', () => page.getAttribute(id('map'), 'data-version'))
  await page.click(id('map-whole'))
  await page.waitForTimeout(2_000) // the map flies there and its tiles come
  return page
}

/** Reports an incident beside each of some docks and waits until most of their vehicles are in the air. */
async function sendOut(page) {
  await page.evaluate(async (n) => {
    const docks = (await (await fetch('/api/v1/docks')).json()).slice(0, n)
    for (const { spec } of docks) {
      const place = { lat: spec.pad.lat + 0.002, lon: spec.pad.lon }
      await fetch('/api/v1/incidents', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ title: `figure ${spec.id}`, place }) })
    }
  }, fliers)
  await until('vehicles in the air', async () => {
    const all = await page.evaluate(async () => (await fetch('/api/v1/vehicles')).json())
    return all.filter((v) => v.state?.landed === 'in-air').length >= fliers / 2
  }, 60)
}

const browser = await openBrowser()
try {
  const context = await browser.newContext({ viewport: laptop })
  const at = values.cookie.indexOf('=')
  await context.addCookies([{ name: values.cookie.slice(0, at), value: values.cookie.slice(at + 1), url: values.url }])
  const page = await openConsole(context)
  const rest = await watchConsole(page)
  const empty = await context.newPage()
  await empty.goto(`${values.url}/healthz`)
  await page.close()
  const { heard } = await listen(empty)
  await empty.close()

  const busy = await openConsole(context)
  await sendOut(busy)
  const flying = await watchConsole(busy)
  console.log(JSON.stringify({ heard, rest, flying }))
} finally {
  await browser.close()
}
