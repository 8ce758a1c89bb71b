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
  // Whoever needs the beginning alone lets the file go too.
  gunzip.on('close', () => input.destroy())
  return input.pipe(gunzip)
}

/** The line of each place in a text, for places that come in their order. */
export function createLineCounter(text: string): (index: number) => number {
  const lineEnd = /\r\n?|\n/g
  let line = 1
  let next = lineEnd.exec(text)
  return (index) => {
    while (next !== null && next.index < index) {
      line++
      next = lineEnd.exec(text)
    }
    return line
  }
}

/** The beginning of a text file, enough to see what it is. */
export async function readBeginning(file: string): Promise<string> {
  let text = ''
  for await (const chunk of openText(file)) {
    text += String(chunk)
    if (text.length >= beginningLength) break
  }
  return text.slice(0, beginningLength)
}

const beginningLength = 1 << 16
