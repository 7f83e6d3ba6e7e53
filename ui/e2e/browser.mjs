// A headless Chromium as an operator has it.
import { chromium } from 'playwright-core'
import { existsSync } from 'node:fs'

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export async function openBrowser() {
  const executablePath = process.env.CHROMIUM ?? paths.find((p) => existsSync(p))
  if (executablePath === undefined) throw new Error('no Chromium found; set CHROMIUM')
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'] })
}

export const laptop = { width: 1440, height: 900 }
export const wall = { width: 1920, height: 1080 }

/** Waits until take() gives something true and returns it; the error says what was waited for and what was last seen. */
export async function until(what, take, seconds = 30) {
  const end = Date.now() + seconds * 1000
  let last
  for (;;) {
    try {
      last = await take()
      if (last) return last
    } catch (e) {
      last = e
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s; last: ${String(last)}`)
    await new Promise((r) => setTimeout(r, 100))
  }
}

export function assert(fact, what) {
  if (!fact) throw new Error(what)
}

/** By test id, within a page or an element. */
export const id = (name, more = '') => `[data-testid="${name}"]${more}`
