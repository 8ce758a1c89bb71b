import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'

/** A file of lines, compressed as they come, so that it may be larger than the memory. */
export function createLineFile(file: string): LineFile {
  const hash = createHash('sha256')
  const gzip = createGzip({ level: 1 })
  const sink = createWriteStream(file, { mode: 0o600, flush: true })
  const written = pipeline(gzip, sink)
  // Told below, where it is waited for.
  written.catch(() => undefined)
  return {
    add: async (lines) => {
      const text = lines.map((line) => `${line}\n`).join('')
      hash.update(text)
      // A disk that is full drains nothing any more.
      if (!gzip.write(text)) await Promise.race([once(gzip, 'drain'), written])
    },
    end: async () => {
      gzip.end()
      await written
      return hash.digest('hex')
    },
  }
}

export type LineFile = {
  readonly add: (lines: readonly string[]) => Promise<void>
  /** The hash of the lines, not of the compressed file, once it is on the disk. */
  readonly end: () => Promise<string>
}

/** `readline` would not say that the file broke off, nor end at a line that has no end. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const source = createReadStream(file)
  const gunzip = createGunzip()
  source.on('error', (error) => gunzip.destroy(error))
  source.pipe(gunzip).setEncoding('utf8')
  let rest = ''
  for await (const chunk of gunzip) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > lineLengthMax) throw new Error('a line is longer than any that is written')
    yield* lines
  }
  if (rest !== '') throw new Error('the last line has no end')
}

/** Of a row of the journal, in hexadecimal digits, with room. */
const lineLengthMax = 256 * 1024 * 1024
