import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { FastifyRequest } from 'fastify'
import { RefusedInput, type Fault } from '../errors.ts'
import { pointerOf } from './validation.ts'

/** As sent. A thousand full positions are about 300 kB; the largest order we accept fits compressed. */
export const bodyBytesMax = 2 * 1024 * 1024
/** After inflating. Memory for one request is bounded by this, whatever the compressed bytes promise. */
const inflatedBytesMax = 4 * 1024 * 1024

/** Reads, inflates and parses a JSON body. An empty body is `undefined`: the schema says if that is right. */
export async function parseJsonBody(
  request: FastifyRequest,
  payload: IncomingMessage,
): Promise<unknown> {
  refuseUnknownEncoding(request.headers['content-encoding'])
  const sent = await readBytes(request, payload)
  const bytes = await inflate(request, sent)
  if (bytes.length === 0) return undefined
  if (!isUtf8(bytes)) {
    throw new RefusedInput('invalid-json', 'The body is not valid JSON: it is not UTF-8 text.')
  }
  const text = bytes.toString('utf8')
  const value = parse(text)
  if (isSuspect(text)) refuseForbidden(value)
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // The message of the engine quotes the text, which may hold a position.
    if (error instanceof SyntaxError) throw new RefusedInput('invalid-json')
    throw error
  }
}

/** By events: an async iterator costs more than parsing a small body does. */
function readBytes(request: FastifyRequest, payload: IncomingMessage): Promise<Buffer> {
  const limit = Math.min(request.routeOptions.bodyLimit ?? bodyBytesMax, bodyBytesMax)
  const announced = Number(request.headers['content-length'] ?? 0)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const refuse = (): void => {
      payload.off('data', onData)
      payload.off('end', onEnd)
      discardRest(request, payload)
      reject(
        new RefusedInput(
          'body-too-large',
          `Expected a body of at most ${limit} bytes, got more. Send fewer elements at a time.`,
        ),
      )
    }
    const onData = (chunk: Buffer): void => {
      length += chunk.length
      if (length > limit) return refuse()
      chunks.push(chunk)
    }
    const onEnd = (): void =>
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length))
    // Nobody is left to read the answer; a refusal keeps it from being logged as a fault of ours.
    payload.on('error', () => reject(new RefusedInput('malformed-http', 'The body broke off.')))
    if (announced > limit) return refuse()
    payload.on('data', onData)
    payload.on('end', onEnd)
  })
}

/**
 * Lets the rest of a refused body run out unread: cut off in the middle of sending, most clients report
 * a broken connection and never see the answer. Whoever keeps sending is cut off after all.
 */
function discardRest(request: FastifyRequest, payload: IncomingMessage): void {
  let discarded = 0
  payload.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > discardedBytesMax) request.raw.socket.destroy()
  })
  payload.resume()
}

const discardedBytesMax = 64 * 1024 * 1024

const gunzipAsync = promisify(gunzip)

async function inflate(request: FastifyRequest, sent: Buffer): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity') return sent
  try {
    return await gunzipAsync(sent, { maxOutputLength: inflatedBytesMax })
  } catch (error) {
    if (hasCode(error, 'ERR_BUFFER_TOO_LARGE')) {
      throw new RefusedInput(
        'inflated-body-too-large',
        `Expected a body of at most ${inflatedBytesMax} bytes after decompression, got more.`,
      )
    }
    if (hasCode(error, /^Z_/)) {
      throw new RefusedInput(
        'malformed-http',
        'The body is not the gzip data that Content-Encoding says it is.',
      )
    }
    throw error
  }
}

function refuseUnknownEncoding(encodingHeader: string | undefined): void {
  const encoding = encodingHeader?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === 'gzip' || encoding === 'x-gzip') return
  throw new RefusedInput('unsupported-encoding', 'Expected Content-Encoding gzip, or none.')
}

function hasCode(error: unknown, code: string | RegExp): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return false
  return typeof code === 'string' ? error.code === code : code.test(error.code)
}

/**
 * A cheap look that lets nearly every body pass without a walk: names that reach into prototypes (also
 * spelled with escapes), escapes of characters that no database text can hold, and unusual depth.
 */
function isSuspect(text: string): boolean {
  return suspectText.test(text) || bracketDepth(text) > depthMax
}

const suspectText = /__proto__|constructor|prototype|\\u(?:0000|00[4-7]|[dD][89a-fA-F])/
/** A multipolygon in an order is ten deep. */
const depthMax = 32

/** Counts brackets inside strings too: it may only overestimate, and then the walk decides. */
function bracketDepth(text: string): number {
  let depth = 0
  let deepest = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    // [ ] { } are 0x5b 0x5d 0x7b 0x7d: equal but for one bit each.
    if ((code & 0xdf) === 0x5b) {
      depth++
      if (depth > deepest) deepest = depth
    } else if ((code & 0xdf) === 0x5d) {
      depth--
    }
  }
  return deepest
}

const forbiddenNames = new Set(['__proto__', 'constructor', 'prototype'])

/** Iterative, so that nesting cannot exhaust the stack it is there to protect. */
function refuseForbidden(root: unknown): void {
  const faults: Fault[] = []
  const open: { value: unknown; path: readonly string[] }[] = [{ value: root, path: [] }]
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { value, path } = entry
    if (typeof value === 'string') {
      if (!value.includes('\0') && value.isWellFormed()) continue
      const detail = 'expected text of Unicode characters other than NUL, got some that is not'
      faults.push({ pointer: pointerOf(path), code: 'invalid-text', detail })
    }
    if (typeof value !== 'object' || value === null) continue
    if (path.length >= depthMax) {
      throw new RefusedInput('invalid-json', `The body is nested deeper than ${depthMax} levels.`)
    }
    for (const [key, child] of Object.entries(value)) {
      const pointer = pointerOf([...path, key])
      if (forbiddenNames.has(key)) {
        faults.push({
          pointer,
          code: 'forbidden-property',
          detail: 'expected no field of this name',
        })
      }
      open.push({ value: child, path: [...path, key] })
    }
  }
  if (faults.length > 0) {
    throw new RefusedInput(
      'forbidden-property',
      'The body holds names or text that are never allowed; see errors.',
      faults.slice(0, 100),
    )
  }
}
