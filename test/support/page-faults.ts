import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** What a check of access finds wrong with a page as it stands, each with the element. */
export async function accessFaultsOf(page: Page): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page: page as never }).analyze()
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join()}`)
}
