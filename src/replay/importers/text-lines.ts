import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'

/** Lines of a text file, unpacked when its name ends in .gz. */
export function readTextLines(file: string): AsyncIterable<string> {
  return createInterface({ input: openText(file), crlfDelay: Infinity })
}

export async function readWholeText(file: string): Promise<string> {
  const text = (await buffer(openText(file))).toString('utf8')
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

function openText(file: string): NodeJS.ReadableStream {
  const input = createReadStream(file, { highWaterMark: 1 << 18 })
  if (!file.toLowerCase().endsWith('.gz')) {
    return input
  }
  const gunzip = createGunzip()
  // A failed read must end the reader of the unpacked text too.
  input.on('error', (error) => gunzip.destroy(error))
  return input.pipe(gunzip)
}
