import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { RefusedInput, type Fault } from '../../errors.ts'
import type { CallerRole } from '../../core/model/contract-words.ts'
import { bodyRoleOf, type BodyReader } from './body-bytes.ts'
import { faultOfDoubled, findDoubledNames } from './doubled-names.ts'
import { depthMax, findForbidden, mendText } from './forbidden.ts'
import { isNestedDeeper } from './nesting.ts'

/**
 * Parses JSON bodies. An empty body is `undefined`: the schema says if that is right. So is one of
 * a phone that cannot be read: its text is on the request then.
 */
export function createJsonParser(readBody: BodyReader) {
  return async (request: FastifyRequest, payload: IncomingMessage): Promise<unknown> => {
    const bytes = await readBody(request, payload)
    if (bytes.length === 0) return undefined
    const plain = request.routeOptions.config.readPlain?.(bytes) ?? null
    if (plain !== null) {
      request.bodyHold?.take(parsedBytes(bytes.length, plain.shape))
      return plain
    }
    const isOfPhone = request.routeOptions.config.mendsText === true
    // A phone cannot write it otherwise: a wrong byte in the name of a network costs that name.
    if (!isOfPhone && !isUtf8(bytes)) {
      throw new RefusedInput('invalid-json', 'The body is not valid JSON: it is not UTF-8 text.')
    }
    const shape = measure(bytes)
    const { elementList, valueCountMax } = request.routeOptions.config
    // Of a list whose elements are judged one by one a fault costs the element only.
    const isRefusedWhole = !isOfPhone && elementList === undefined
    if (isRefusedWhole && shape.depth > depthMax && isNestedDeeper(bytes, depthMax)) throw tooDeep()
    refuseCrowded(shape, bodyRoleOf(request), valueCountMax)
    request.bodyHold?.take(parsedBytes(bytes.length, shape))
    const text = bytes.toString('utf8')
    try {
      const value = parse(isOfPhone ? text.replace(/^\uFEFF/, '') : text)
      if (shape.depth > depthMax || suspectText.test(text)) judgeSuspect(request, value)
      if (!isOfPhone && shape.depth <= depthMax) refuseDoubled(request, value, text)
      return value
    } catch (error) {
      if (!isOfPhone || !(error instanceof RefusedInput)) throw error
      request.unreadableText = text
      return undefined
    }
  }
}

/**
 * What a look at the brackets and commas tells of a JSON text. It also counts those inside strings:
 * it may only overestimate.
 */
export type Shape = {
  readonly depth: number
  readonly containerCount: number
  readonly commaCount: number
}

export function measure(bytes: Buffer): Shape {
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

/**
 * Few bytes of gzip can be millions of values, and each is parsed and looked at
 * while everybody else waits.
 */
export function refuseCrowded(
  { containerCount, commaCount }: Shape,
  role: CallerRole,
  ofRoute = Infinity,
): void {
  const isReport = role === 'vendor' || role === 'victim-device'
  const valueCountMax = Math.min(ofRoute, isReport ? reportValueCountMax : orderValueCountMax)
  if (containerCount + commaCount <= valueCountMax) return
  throw new RefusedInput(
    'body-too-large',
    `Expected a body of at most ${valueCountMax} values, got more. Send fewer elements at a time.`,
  )
}

/**
 * Four times a thousand full positions, twice a thousand locations of the most talkative phone app.
 */
const reportValueCountMax = 60_000
/** More than the vertices of the largest order, which is sent by few and seldom. */
const orderValueCountMax = 700_000

/**
 * What a body takes once it is parsed, for the budget: in V8 an empty object takes 56 bytes and its
 * place in a list 8, a number with a fraction 16 and 8. Every other value follows a comma.
 */
export function parsedBytes(textBytes: number, { containerCount, commaCount }: Shape): number {
  return textBytes + 64 * containerCount + 24 * commaCount
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (text.startsWith('\uFEFF')) {
      const sentence = 'The body begins with a byte order mark, which is no JSON: send it without.'
      throw new RefusedInput('invalid-json', sentence)
    }
    // The message of the engine quotes the text, which may hold a position.
    if (error instanceof SyntaxError) throw new RefusedInput('invalid-json')
    throw error
  }
}

/**
 * A cheap look that lets nearly every body pass without a walk: names that reach into prototypes
 * (also spelled with escapes) and escapes of characters that no database text can hold.
 */
export const suspectText = /__proto__|constructor|prototype|\\u(?:0000|00[4-7]|[dD][89a-fA-F])/
/**
 * Refuses the body, but for faults within the list of a route that judges its elements:
 * those cost the element only.
 */
function judgeSuspect(request: FastifyRequest, value: unknown): void {
  const { elementList, mendsText } = request.routeOptions.config
  if (mendsText === true) mendText(value)
  if (elementList === undefined || !isObject(value) || !Array.isArray(value[elementList])) {
    return refuseForbidden(value)
  }
  refuseForbidden({ ...value, [elementList]: null })
  const unfit = new Map<number, readonly Fault[]>()
  for (const [index, element] of value[elementList].entries()) {
    const faults = findForbidden(element)
    if (faults.length > 0) unfit.set(index, faults)
  }
  request.unfitElements = unfit
}

/**
 * As above, for names that stand twice. Phones are spared: nobody there could correct it, and
 * the app would send it for ever.
 */
function refuseDoubled(request: FastifyRequest, value: unknown, text: string): void {
  const doubled = findDoubledNames(text)
  if (doubled.length === 0) return
  const { elementList } = request.routeOptions.config
  const ofElements = new Map(request.unfitElements)
  const ofBody: Fault[] = []
  for (const name of doubled) {
    const [list, index] = name.path
    const isWithin =
      name.path.length > 2 && isObject(value) && Array.isArray(value[elementList ?? ''])
    if (isWithin && list === elementList && typeof index === 'number')
      ofElements.set(index, [...(ofElements.get(index) ?? []), faultOfDoubled(name, 2)])
    else ofBody.push(faultOfDoubled(name, 0))
  }
  if (ofBody.length > 0) {
    const sentence = 'The body holds a name twice in one object; see errors.'
    throw new RefusedInput('invalid-json', sentence, ofBody)
  }
  request.unfitElements = ofElements
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The field that holds a list whose elements the route judges one by one. */
    elementList?: string
    /** How many it may hold; set where the body may also be lines of one element each. */
    elementCountMax?: number
    /** Reads a body in which nothing is wrong and nothing unusual; null: it is read as all are. */
    readPlain?: (bytes: Buffer) => { readonly shape: Shape } | null
    /** More values, with lists and objects, are refused before they are read. */
    valueCountMax?: number
    /**
     * Takes text that cannot be stored, mended, and a body that cannot be read as text: nobody at
     * the other end could correct it, and an app that is refused sends it for ever.
     */
    mendsText?: boolean
  }
  interface FastifyRequest {
    /**
     * Elements of that list, by place, with names or text that are never allowed;
     * null when none was suspected.
     */
    unfitElements: ReadonlyMap<number, readonly Fault[]> | null
    /** What a phone sent, where it is no JSON; null when it is, or when nothing came. */
    unreadableText: string | null
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function refuseForbidden(root: unknown): void {
  const faults = findForbidden(root)
  if (faults.length === 0) return
  if (faults.some(({ code }) => code === 'too-deep')) throw tooDeep()
  throw new RefusedInput(
    'forbidden-property',
    'The body holds names or text that are never allowed; see errors.',
    faults,
  )
}

function tooDeep(): RefusedInput {
  return new RefusedInput('invalid-json', `The body is nested deeper than ${depthMax} levels.`)
}
