import { execFileSync } from 'node:child_process'
import { chromium, type Browser } from 'playwright-core'

const executable = findChromium()

/** Where no browser is, tests skip and say so; in CI that is a failure. */
export const isBrowserMissing = executable === null
export const browserSkipNote = isBrowserMissing ? ' (skipped: no chromium here)' : ''

if (isBrowserMissing && process.env['CI'] !== undefined) {
  throw new Error('CI must have chromium: these tests may not be skipped there.')
}

/**
 * With `hasGraphics` it draws WebGL, slowly, without a graphics card; else it has none: left to
 * itself it draws by software or not, as fast as the machine is just then.
 */
export async function openBrowser(hasGraphics = false): Promise<Browser> {
  if (executable === null) throw new Error('expected chromium, found none')
  return await chromium.launch({
    executablePath: executable,
    args: [
      // Chromium's sandbox does not run as root, and tests open nothing but our own pages.
      '--no-sandbox',
      ...(hasGraphics
        ? ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']
        : ['--disable-gpu', '--disable-3d-apis']),
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

function findChromium(): string | null {
  try {
    return execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim()
  } catch {
    return null
  }
}
