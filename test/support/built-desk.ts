import { build } from 'vite'
import { fileURLToPath } from 'node:url'

/** Builds the page as an install does: a test of the page is of the sources that are here. */
export async function buildDesk(): Promise<void> {
  building ??= build({
    configFile: fileURLToPath(new URL('../../src/desk/vite.config.ts', import.meta.url)),
  })
  await building
}

let building: Promise<unknown> | null = null
