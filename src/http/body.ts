import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { RefusedInput, type Fault } from '../errors.ts'
import type { BodyReader } from './body-bytes.ts'
import { pointerOf } from './validation.ts'

/** Parses JSON bodies. An empty body is `undefined`: the schema says if that is right. */
export function createJsonParser(readBody: BodyReader) {
  return async (request: FastifyRequest, payload: IncomingMessage): Promise<unknown> => {
    const bytes = await readBody(request, payload)
    if (bytes.length === 0) return undefined
    if (!isUtf8(bytes)) {
      throw new RefusedInput('invalid-json', 'The body is not valid JSON: it is not UTF-8 text.')
    }
    const shape = measure(bytes)
    refuseCrowded(shape)
    request.bodyHold?.take(parsedBytes(bytes.length, shape))
    const text = bytes.toString('utf8')
    const value = parse(text)
    if (shape.depth > depthMax || suspectText.test(text)) refuseForbidden(value)
    return value
  }
}

/** What a look at the brackets and commas tells of a JSON text. It also counts those inside strings: it may only overestimate. */
type Shape = {
  readonly depth: number
  readonly containerCount: number
  readonly commaCount: number
}

function measure(bytes: Buffer): Shape {
  let depth = 0
  let deepest = 0
  let containerCount = 0
  let commaCount = 0
  for (let index = 0; index < bytes.length; index++) {
    const code = bytes[index] ?? 0
    // [ ] { } are 0x5b 0x5d 0x7b 0x7d: equal but for one bit each.
    if ((code & 0xdf) === 0x5b) {
      containerCount++
      depth++
      if (depth > deepest) deepest = depth
    } else if ((code & 0xdf) === 0x5d) depth--
    else if (code === 0x2c) commaCount++
  }
  return { depth: deepest, containerCount, commaCount }
}

/** Four megabytes of `{},` would be a hundred once they are objects. */
function refuseCrowded({ containerCount, commaCount }: Shape): void {
  if (containerCount + commaCount <= valueCountMax) return
  throw new RefusedInput(
    'body-too-large',
    `Expected a body of at most ${valueCountMax} values, got more. Send fewer elements at a time.`,
  )
}

/** Fifty times a request of a thousand full positions, and more than the vertices of the largest order. */
const valueCountMax = 700_000

/**
 * What a body takes once it is parsed, for the budget: in V8 an empty object takes 56 bytes and its place in
 * a list 8, a number with a fraction 16 and 8. Every other value follows a comma.
 */
function parsedBytes(textBytes: number, { containerCount, commaCount }: Shape): number {
  return textBytes + 64 * containerCount + 24 * commaCount
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

/**
 * A cheap look that lets nearly every body pass without a walk: names that reach into prototypes (also
 * spelled with escapes) and escapes of characters that no database text can hold.
 */
const suspectText = /__proto__|constructor|prototype|\\u(?:0000|00[4-7]|[dD][89a-fA-F])/
/** A multipolygon in an order is ten deep. */
const depthMax = 32

const forbiddenNames = new Set(['__proto__', 'constructor', 'prototype'])

const wrongText = 'expected text of Unicode characters other than NUL, got some that is not'
const wrongName =
  'expected names of fields of Unicode characters other than NUL, got one that is not'

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** Iterative, so that nesting cannot exhaust the stack it is there to protect. */
function refuseForbidden(root: unknown): void {
  const faults: Fault[] = []
  const open: { value: unknown; path: readonly string[] }[] = [{ value: root, path: [] }]
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { value, path } = entry
    if (typeof value === 'string') {
      if (isStorable(value)) continue
      faults.push({ pointer: pointerOf(path), code: 'invalid-text', detail: wrongText })
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
      if (!isStorable(key)) {
        faults.push({ pointer: pointerOf(path), code: 'invalid-text', detail: wrongName })
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
