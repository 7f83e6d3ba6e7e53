// No serious fault of accessibility on the page, or a part of it, by axe-core.
import { AxeBuilder } from '@axe-core/playwright'

export async function isAccessible(page, part = 'html') {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze()
  const bad = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
  if (bad.length > 0) throw new Error(bad.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.target.join(' ')).join('\n  ')}`).join('\n'))
}
