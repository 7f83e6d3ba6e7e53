// What others say is shown as words: where a vehicle stands, what it says by MAVLink, the title of an incident.
import { assert, id, until } from './browser.mjs'

/** Would mark the page if anything of it became an element or a script. */
export const hostile = '<img src=x onerror="document.documentElement.dataset.taken=1"><script>document.documentElement.dataset.taken=2</script>'

/** The vehicle's site is called as hostile says, it says so itself, and an incident is titled so. */
export async function wordsStayWords(page, station, vehicle) {
  await page.click(id('tab-fleet'))
  const row = page.locator(id('vehicle-row', `[data-id="${vehicle}"]`))
  await row.click()
  const said = await fetch(`${station.control}/faults`, { method: 'POST', body: JSON.stringify({ kind: 'say', vehicle, text: hostile }) })
  assert(said.status === 204, `the vehicle may not say it: ${said.status}`)
  await until('its words are shown as they are', async () => (await page.locator(id('last-text')).innerText()).includes(hostile))
  await until('the name of its site is shown as it is', async () => (await row.innerText()).includes('<img src=x'))
  const incident = await page.evaluate(async (title) => {
    const place = { lat: 33.4, lon: 121.9 } // beyond every vehicle's reach
    const made = await (await fetch('/api/v1/incidents', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ title, priority: 5, place }) })).json()
    return made.id
  }, hostile)
  assert(incident, 'the incident was not taken')
  await page.click(id('tab-incidents'))
  const card = page.locator(id('incident', `[data-id="${incident}"]`))
  await until('its title is shown as it is', async () => (await card.innerText()).includes('<img src=x'))
  const made = await page.evaluate(() => ({
    taken: document.documentElement.dataset.taken, images: document.querySelectorAll('img[src="x"]').length,
    scripts: [...document.scripts].filter((s) => s.src === '').length,
  }))
  assert(made.taken === undefined && made.images === 0 && made.scripts === 0, `words became more than words: ${JSON.stringify(made)}`)
  await page.evaluate((i) => fetch(`/api/v1/incidents/${i}/cancel`, { method: 'POST' }), incident)
  await until('the incident is over', async () => (await card.count()) === 0 || ['cancelled', 'closed'].includes(await card.getAttribute('data-state')))
}
