import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import {
  errorCodes,
  OperatingError,
  RefusedInput,
  type ErrorCode,
  type Fault,
} from '../../errors.ts'
import { isHeldByPolicy } from '../../store/pg/as-person.ts'
import { isDatabaseUnavailable } from '../../store/pg/pool.ts'
import { commonHeaders } from './headers.ts'
import { problemContentType, problemOf } from './problem.ts'

/**
 * The one error handler: whatever was thrown becomes problem+json. A refusal says
 * what was expected; a fault of ours always says the same sentence, because what
 * happened belongs in our log only.
 */
export async function answerFailure(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const refusal = refusalOf(error)
  if (refusal !== null) {
    const { retryAfterSeconds } = refusal
    if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds))
    return sendProblem(reply, refusal.code, refusal.message, refusal.faults)
  }
  const code = failureCode(error)
  // By which its other lines are found; no request has a log of its own to say so.
  const facts = { reqId: request.id, err: error, route: request.routeOptions.url }
  if (code === 'internal-error') request.log.error(facts, 'request failed')
  else if (code !== 'overloaded') request.log.warn(facts, 'request could not be served')
  return sendProblem(reply, code, errorCodes[code].sentence)
}

/** 503 says "try again": only for what will pass by itself. */
function failureCode(error: Error): ErrorCode {
  if (error instanceof OperatingError && error.status === 503) return error.code
  return isDatabaseUnavailable(error) ? 'database-unavailable' : 'internal-error'
}

/** Prepares the reply and gives the body to return. Headers already on the reply are kept. */
function sendProblem(
  reply: FastifyReply,
  code: ErrorCode,
  detail: string,
  faults: readonly Fault[] = [],
): string {
  const status = errorCodes[code].status ?? 400
  reply.code(status).headers(commonHeaders).type(problemContentType).serializer(String)
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="hoede"')
  // RFC 9110, 15.5.16: a 415 for the encoding says which one is taken.
  if (code === 'unsupported-encoding') reply.header('accept-encoding', 'gzip')
  if (status === 503 && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', chooseRetryAfter(code))
  }
  return JSON.stringify(problemOf(code, status, detail, faults))
}

/** Senders that come again all at once would find the same: each is sent away for another while. */
function chooseRetryAfter(code: ErrorCode): string {
  const isCrowded = code === 'overloaded' || code === 'database-unavailable'
  return String(isCrowded ? 1 + Math.floor(Math.random() * 5) : 1)
}

/** Fastify's own refusals, by their code, in our words; null is a fault of ours. */
function refusalOf(error: FastifyError | Error): RefusedInput | null {
  if (error instanceof RefusedInput) return error
  if (isHeldByPolicy(error)) return new RefusedInput('forbidden', notYours)
  const known = 'code' in error ? frameworkRefusals[error.code] : undefined
  return known === undefined ? null : new RefusedInput(known.code, known.detail)
}

const notYours = 'This would change what is not of your organisation or your unit.'

const frameworkRefusals: Readonly<Record<string, { code: ErrorCode; detail: string }>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: 'invalid-json',
    detail: 'Expected a JSON body, got an empty one.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'malformed-http',
    detail: 'The body is not as long as Content-Length says.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'body-too-large',
    detail: 'The body is larger than this call accepts.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported-media-type',
    detail: 'Expected Content-Type application/json.',
  },
  FST_ERR_CTP_EMPTY_TYPE: {
    code: 'unsupported-media-type',
    detail: 'Expected Content-Type application/json.',
  },
  FST_ERR_BAD_URL: { code: 'invalid-url', detail: 'The address is not a valid URL path.' },
  FST_ERR_MAX_PARAM_LENGTH: {
    code: 'uri-too-long',
    detail: 'A part of the path is longer than any id here.',
  },
}
