import { spawn } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageFault } from '../command-line.ts'

/**
 * Prints a page that lies on this disk as PDF, tagged, by a Chromium of this machine. It gets no
 * network, and a profile that is gone afterwards: the page may show where somebody lives.
 *
 * @throws UsageFault where there is no Chromium, or it makes no file
 */
export async function printPdf(page: string, pdf: string): Promise<void> {
  const profile = await mkdtemp(path.join(tmpdir(), 'hoede-print-'))
  try {
    await rm(pdf, { force: true })
    await run(chromium, [
      '--headless',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--host-resolver-rules=MAP * ~NOTFOUND',
      '--no-pdf-header-footer',
      '--generate-pdf-document-outline',
      `--user-data-dir=${profile}`,
      // Chromium refuses its sandbox to root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--print-to-pdf=${path.resolve(pdf)}`,
      pathToFileURL(path.resolve(page)).href,
    ])
    if ((await stat(pdf).catch(() => null)) === null) {
      throw new UsageFault(`${chromium} made no PDF: print ${page} from a browser.`)
    }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** As Debian names it; elsewhere `HOEDE_CHROMIUM_PATH` says where it is. */
const chromium = process.env['HOEDE_CHROMIUM_PATH'] ?? 'chromium'

/** Two pages take a second; whatever takes a minute hangs. */
const printMsMax = 60_000

async function run(command: string, args: readonly string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'ignore', timeout: printMsMax })
    child.once('error', () => {
      const where = 'install chromium, or say where one is by HOEDE_CHROMIUM_PATH'
      reject(new UsageFault(`--pdf: ${command} cannot be started: ${where}.`))
    })
    child.once('exit', () => {
      resolve()
    })
  })
}
