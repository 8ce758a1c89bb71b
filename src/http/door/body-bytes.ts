import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { FastifyRequest } from 'fastify'
import type { CallerRole } from '../../core/model/contract-words.ts'
import { RefusedInput } from '../../errors.ts'
import type { BodyBudget, BodyHold } from './body-budget.ts'
import { createGate } from './gate.ts'

/**
 * As sent. A thousand full positions are about 300 kB; the largest order we accept fits compressed.
 */
export const bodyBytesMax = 2 * 1024 * 1024
/**
 * After inflating. Memory for one request is bounded by this, whatever the
 * compressed bytes promise.
 */
const inflatedBytesMax = 4 * 1024 * 1024

/** Reads and inflates bodies within the budget that they all share. */
export function createBodyReader(budget: BodyBudget): BodyReader {
  const inflateInTurn = createGate(inflatingCountMax)
  return async (request, payload, sentBytesMax = bodyBytesMax) => {
    refuseUnknownEncoding(request.headers['content-encoding'])
    if (isOfStranger(request)) {
      if (isCompressed(request)) throw new RefusedInput('unsupported-encoding')
      return await readBytes(request, payload, strangerBytesMax, openHold(budget, request))
    }
    const hold = openHold(budget, request)
    const sent = await readBytes(request, payload, sentBytesMax, hold)
    request.bodyByteCount = sent.length
    if (!isCompressed(request)) return sent
    return await inflateInTurn(async () => {
      const bytes = await inflate(sent)
      hold.take(bytes.length)
      request.bodyByteCount = bytes.length
      return bytes
    })
  }
}

/** As whom the sender of a body is bounded: a stranger as the least of all. */
export function bodyRoleOf(request: FastifyRequest): CallerRole {
  return isOfStranger(request) ? 'victim-device' : request.apiClient.role
}

function isOfStranger(request: FastifyRequest): boolean {
  return request.routeOptions.config.roles === 'public'
}

function openHold(budget: BodyBudget, request: FastifyRequest): BodyHold {
  const owner = isOfStranger(request) ? `stranger ${request.ip}` : request.apiClient.id
  const hold = budget.open(owner)
  request.bodyHold = hold
  hold.take(0)
  return hold
}

/** What signs somebody in is a name and a few proofs of a kilobyte. */
const strangerBytesMax = 16 * 1024

export type BodyReader = (
  request: FastifyRequest,
  payload: IncomingMessage,
  sentBytesMax?: number,
) => Promise<Buffer>

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * What the body takes of the budget, from its first byte until the answer; null without a body.
     */
    bodyHold: BodyHold | null
    /** Of the body, inflated: what reading it costs follows from that. */
    bodyByteCount: number
  }
}

/**
 * Node inflates on four threads. More at once would not be faster, and each has up to a whole
 * inflated body that nobody has counted yet; the others wait as the few bytes that were sent.
 */
const inflatingCountMax = 4

/**
 * By events: an async iterator costs more than parsing a small body does. Counts what has come, not
 * what was announced: a sender that announces much and sends nothing takes no room from anybody.
 */
function readBytes(
  request: FastifyRequest,
  payload: IncomingMessage,
  sentBytesMax: number,
  hold: BodyHold,
): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const refuse = (refusal: unknown): void => {
      payload.off('data', onData)
      payload.off('end', onEnd)
      discardRest(request, payload)
      reject(refusal)
    }
    const onData = (chunk: Buffer): void => {
      length += chunk.length
      if (length > sentBytesMax) return refuse(tooLarge(sentBytesMax))
      try {
        hold.take(length)
      } catch (refusal) {
        return refuse(refusal)
      }
      chunks.push(chunk)
    }
    const onEnd = (): void =>
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length))
    // Nobody is left to read the answer; a refusal keeps it from being logged as a fault of ours.
    payload.on('error', () => reject(new RefusedInput('malformed-http', 'The body broke off.')))
    if (announced > sentBytesMax) return refuse(tooLarge(sentBytesMax))
    payload.on('data', onData)
    payload.on('end', onEnd)
  })
}

function tooLarge(sentBytesMax: number): RefusedInput {
  return new RefusedInput(
    'body-too-large',
    `Expected a body of at most ${sentBytesMax} bytes, got more. Send fewer elements at a time.`,
  )
}

/**
 * Lets the rest of a refused body run out unread: cut off in the middle of sending, most clients
 * report a broken connection and never see the answer. Whoever keeps sending is cut off after all.
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

async function inflate(sent: Buffer): Promise<Buffer> {
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
  const encoding = encodingName(encodingHeader)
  if (encoding === 'identity' || encoding === 'gzip' || encoding === 'x-gzip') return
  throw new RefusedInput('unsupported-encoding', 'Expected Content-Encoding gzip, or none.')
}

function isCompressed(request: FastifyRequest): boolean {
  return encodingName(request.headers['content-encoding']) !== 'identity'
}

function encodingName(encodingHeader: string | undefined): string {
  return encodingHeader?.trim().toLowerCase() ?? 'identity'
}

function hasCode(error: unknown, code: string | RegExp): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return false
  return typeof code === 'string' ? error.code === code : code.test(error.code)
}
