// A patrol: a plan from QGroundControl is imported, given a recurrence, and flies itself on time.
import { resolve } from 'node:path'
import { assert, id, until } from './browser.mjs'

const file = resolve(import.meta.dirname, '../../mission/plan/testdata/school.plan')

export async function planIsDrawn(page) {
  await page.click(id('tab-plans'))
  await page.click(id('plan-draw'))
  await page.fill(id('plan-name'), 'Drawn by hand')
  const map = await page.locator(id('map')).boundingBox()
  for (const [n, [x, y]] of [[-60, -40], [40, -60], [70, 50]].entries()) {
    await page.mouse.click(map.x + map.width / 2 + x, map.y + map.height / 2 + y)
    await until(`waypoint ${n + 1} is drawn`, async () => (await page.innerText(id('plan-drawn'))).startsWith(String(n + 1)))
  }
  await page.click(id('plan-save'))
  await page.locator(id('plan'), { hasText: 'Drawn by hand' }).waitFor()
}

export async function patrolFlies(page) {
  await page.click(id('tab-plans'))
  await page.setInputFiles(id('plan-files'), file)
  await page.locator(id('plan'), { hasText: 'school' }).waitFor()

  await page.click(id('tab-patrols'))
  await page.click(id('patrol-new'))
  await page.fill(id('patrol-name'), 'School round')
  await page.selectOption(id('patrol-plan'), { label: 'school' })
  await page.selectOption(id('patrol-repeats'), 'daily')
  const due = Math.ceil(Date.now() / 1000) * 1000 + 10_000
  const local = new Date(due - new Date(due).getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
  await page.fill(id('patrol-start'), local)
  await page.click(id('patrol-save'))
  const card = page.locator(id('patrol'), { hasText: 'School round' })
  await card.waitFor()
  assert((await card.getAttribute('data-vehicle')) === null, 'the patrol flies before it is due')

  const vehicle = await until('the patrol goes out', () => card.getAttribute('data-vehicle'), 60)
  const late = Date.now() - due
  assert(late > -1000, `the patrol went out ${-late} ms before it was due`)
  await until(`${vehicle} is in the air`, async () => ['outbound', 'on-task'].includes(await card.getAttribute('data-sortie-state')), 60)
  return vehicle
}
