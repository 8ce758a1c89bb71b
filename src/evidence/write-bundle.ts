import { createHash, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageFault } from '../command-line.ts'
import { publicPem, type RecordKey } from '../record-key.ts'
import type { Bundle } from './gather.ts'
import { printPage } from './print-page.ts'
import { writeGpx } from './write-gpx.ts'

/**
 * Writes the files of a bundle into a new folder, with the list of what each of them hashes to,
 * signed by the key of the record.
 */
export async function writeBundle(folder: string, bundle: Bundle, key: RecordKey): Promise<void> {
  const files = new Map([
    ['bundle.json', `${JSON.stringify(bundle, null, 1)}\n`],
    ['track.gpx', writeGpx(bundle)],
    ['page.html', printPage(bundle)],
  ])
  const list = [...files].map(([name, text]) => `${sha256(text)}  ${name}\n`).join('')
  const manifest = `hoede-evidence-1\n${bundle.alert.id}\n${bundle.madeAt}\n${list}`
  files.set('manifest.txt', manifest)
  files.set(
    'manifest.sig',
    `${sign(null, Buffer.from(manifest), key.privateKey).toString('base64')}\n`,
  )
  // For convenience: whoever checks takes the key from where it was published.
  files.set('public-key.pem', publicPem(key))
  files.set('verify.mjs', readFileSync(join(import.meta.dirname, 'verify.mjs'), 'utf8'))
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unwritable'
    throw new UsageFault(`--out cannot be made (${code}): expected a folder that is not there yet.`)
  })
  for (const [name, text] of files) {
    await writeFile(join(folder, name), text, { mode: 0o600, flag: 'wx' })
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
