// One act for everything that flies: hold all, then recall all.
import { assert, id, until } from './browser.mjs'

/** Asks for one act on all, says yes, and waits until each vehicle's command is done. */
async function forAll(page, act, atLeast) {
  await page.click(id(`${act}-all`))
  await page.click(id('dialog-yes'))
  const result = page.locator(id(`${act}-all-result`))
  await result.waitFor()
  await until(`${act}-all is done`, async () => {
    const [all, done, failed] = await Promise.all(['all', 'done', 'failed'].map(async (k) => Number(await result.getAttribute(`data-${k}`))))
    assert(failed === 0, `${act}-all failed for ${failed}: ${await result.innerText()}`)
    return all >= atLeast && done === all
  }, 60)
}

export async function holdAndRecallAll(page, vehicle) {
  await page.click(id('tab-fleet'))
  const row = page.locator(id('vehicle-row', `[data-id="${vehicle}"]`))
  await forAll(page, 'hold', 1)
  await until(`${vehicle} is held`, async () => (await row.getAttribute('data-doing')) === 'held')
  await forAll(page, 'recall', 1)
  await until(`${vehicle} comes home`, async () => ['returning', 'hold-for-pad', 'landing', 'securing'].includes(await row.getAttribute('data-doing')))
}
