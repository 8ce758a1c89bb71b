import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageFault } from '../command-line.ts'

/**
 * Prints a page that lies on this disk as PDF, tagged, by a Chromium of this machine, and says on
 * how many sheets. What does not fit on two is printed anew in smaller letters.
 *
 * @throws UsageFault where there is no Chromium, or it makes no file
 */
export async function printPdf(page: string, pdf: string, stopped: AbortSignal): Promise<number> {
  const text = await readFile(page, 'utf8')
  let sheetCount = 0
  for (const size of letterSizes) {
    sheetCount = await printAt(size, text, pdf, stopped)
    if (sheetCount <= sheetsMax) break
  }
  return sheetCount
}

/** What is carried to a session is one sheet, printed on both sides. */
const sheetsMax = 2
/** The least are seven points, as small as a footnote. */
const letterSizes = [1, 0.93, 0.87] as const

/**
 * Without a network, in a profile beside the PDF that is gone afterwards: it may show where
 * somebody lives.
 */
async function printAt(
  size: number,
  text: string,
  pdf: string,
  stopped: AbortSignal,
): Promise<number> {
  const profile = await mkdtemp(path.join(path.dirname(path.resolve(pdf)), '.print-'))
  try {
    await rm(pdf, { force: true })
    const page = path.join(profile, 'advice.html')
    const smaller = `<style>@media print{main{zoom:${size}}}</style></head>`
    await writeFile(page, size === 1 ? text : text.replace('</head>', smaller))
    await run(stopped, chromium, [
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
      pathToFileURL(page).href,
    ])
    const printed = await readFile(pdf, 'latin1').catch(() => null)
    if (printed === null) {
      throw new UsageFault(`${chromium} made no PDF: print the advice from a browser.`)
    }
    return printed.match(/\/Type ?\/Page\b/g)?.length ?? 0
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** As Debian names it; elsewhere `HOEDE_CHROMIUM_PATH` says where it is. */
const chromium = process.env['HOEDE_CHROMIUM_PATH'] ?? 'chromium'

/** Two pages take a second; whatever takes a minute hangs. */
const printMsMax = 60_000

async function run(stopped: AbortSignal, command: string, args: readonly string[]): Promise<void> {
  stopped.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'ignore' })
    // By hand: one of `spawn` goes on where nothing was started, and holds the command up.
    const hanging = setTimeout(() => child.kill(), printMsMax)
    const stop = () => child.kill('SIGKILL')
    stopped.addEventListener('abort', stop)
    child.once('error', () => {
      clearTimeout(hanging)
      const where = 'install chromium, or say where one is by HOEDE_CHROMIUM_PATH'
      reject(new UsageFault(`--pdf: ${command} cannot be started: ${where}.`))
    })
    child.once('exit', () => {
      clearTimeout(hanging)
      stopped.removeEventListener('abort', stop)
      resolve()
    })
  })
  stopped.throwIfAborted()
}
