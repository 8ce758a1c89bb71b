import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'

/** Where pictures go that somebody looks at; none are made without it. */
const pictureFolder = process.env['HOEDE_DESK_PICTURES']

export async function picture(page: Page, name: string): Promise<void> {
  if (pictureFolder === undefined) return
  mkdirSync(pictureFolder, { recursive: true })
  await page.screenshot({ path: `${pictureFolder}/${name}.png`, fullPage: true })
}
