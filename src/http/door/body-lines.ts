import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { RefusedInput, type Fault } from '../../errors.ts'
import { bodyRoleOf, type BodyReader } from './body-bytes.ts'
import { measure, parsedBytes, refuseCrowded, suspectText } from './body.ts'
import { faultOfDoubled, findDoubledNames } from './doubled-names.ts'
import { depthMax, findForbidden } from './forbidden.ts'

/**
 * Parses a body of lines, one JSON value each, as the list of a route that takes its elements one
 * by one: the place of an element is that of its line. What is no JSON costs its line alone, as
 * does all that a body of JSON would be refused for; the bounds of both are the same.
 */
export function createLinesParser(readBody: BodyReader) {
  return async (request: FastifyRequest, payload: IncomingMessage): Promise<unknown> => {
    const { elementList, elementCountMax } = request.routeOptions.config
    if (elementList === undefined || elementCountMax === undefined) {
      throw new RefusedInput('unsupported-media-type', 'Expected Content-Type application/json.')
    }
    const bytes = await readBody(request, payload)
    if (bytes.length === 0) return undefined
    const shape = measure(bytes)
    const lines = splitLines(bytes, elementCountMax)
    refuseCrowded(shape, bodyRoleOf(request))
    request.bodyHold?.take(parsedBytes(bytes.length, shape))
    const unfit = new Map<number, readonly Fault[]>()
    const elements = lines.map((line, index) => {
      const { value, faults } = readLine(line)
      if (faults.length > 0) unfit.set(index, faults)
      return value
    })
    request.unfitElements = unfit
    return { [elementList]: elements }
  }
}

/**
 * What the end of a line ends is a line; nothing behind the last end is none. One line more than
 * may be is enough for the refusal: whoever sends a million is not cut into a million.
 */
function splitLines(bytes: Buffer, lineCountMax: number): readonly Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length && lines.length <= lineCountMax;) {
    const end = bytes.indexOf(lineFeed, from)
    const to = end === -1 ? bytes.length : end
    lines.push(bytes.subarray(from, to))
    from = to + 1
  }
  return lines
}

const lineFeed = 0x0a

function readLine(line: Buffer): { readonly value: unknown; readonly faults: readonly Fault[] } {
  // What cannot be read as text is kept as far as it can be.
  const text = line.toString('utf8')
  const value = isUtf8(line) ? parseOrNothing(text) : undefined
  if (value === undefined) return { value: { line: text }, faults: [noJson] }
  const { depth } = measure(line)
  const faults = depth > depthMax || suspectText.test(text) ? findForbidden(value) : []
  if (depth > depthMax) return { value, faults }
  const doubled = findDoubledNames(text).map((name) => faultOfDoubled(name, 0))
  return { value, faults: [...faults, ...doubled] }
}

/** Undefined is no value of JSON. */
function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The message of the engine quotes the text, which may hold a position. */
const noJson: Fault = {
  pointer: null,
  code: 'invalid-json',
  detail: 'expected one JSON object on a line, got a line that is no JSON text',
}
