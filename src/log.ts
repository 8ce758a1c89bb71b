import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'

/**
 * The one logger. Ids and counts go in; positions, tokens, bodies and addresses are
 * taken out whatever is passed.
 */
export function createLog(
  options: { readonly level?: string; readonly destination?: DestinationStream } = {},
): Log {
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redactFields(fields, 0) as Record<string, unknown>,
      },
      // What child loggers always add does not pass the formatter above.
      redact: { paths: redactedPaths(), censor: redacted },
      hooks: {
        logMethod(args, method) {
          const scrubbed = args.map((arg: unknown) =>
            typeof arg === 'string' ? scrubText(arg) : arg,
          )
          Reflect.apply(method, this, scrubbed)
        },
      },
      // Fastify hands over raw requests and replies; only what cannot hold a position is kept.
      serializers: {
        err: redactError,
        error: redactError,
        req: describeRequest,
        res: describeReply,
      },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  )
}

export type Log = Logger

const redacted = '[redacted]'
const depthMax = 6

/** Compared in lower case without separators, so `access_token` and `accessToken` are one. */
const redactedKeys = new Set([
  'longitude',
  'latitude',
  'lon',
  'lat',
  'lng',
  'coordinates',
  'geometry',
  'position',
  'positions',
  'fix',
  'fixes',
  'evidence',
  'circle',
  'area',
  'token',
  'accesstoken',
  'admintoken',
  'tokenhash',
  'authorization',
  'cookie',
  'setcookie',
  'password',
  'secret',
  'body',
  'rawbody',
  'payload',
  'query',
  'querystring',
  'params',
  'parameters',
  'values',
  'headers',
  'name',
  'address',
  'databaseurl',
  'redisurl',
])

function redactedPaths(): string[] {
  const names = [
    ...redactedKeys,
    'accessToken',
    'adminToken',
    'tokenHash',
    'databaseUrl',
    'redisUrl',
  ]
  return names.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])
}

function redactFields(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrubText(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return redactError(value)
  if (depth >= depthMax) return redacted
  if (Array.isArray(value)) return value.map((item) => redactFields(item, depth + 1))
  if (value instanceof Date) return value
  // Requests, sockets, buffers: left for the serializers at the top, never
  // walked or printed below it.
  if (!isPlain(value)) return depth === 0 ? value : redacted
  const copy: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    if (redactedKeys.has(key.toLowerCase().replaceAll(/[^a-z]/g, ''))) copy[key] = redacted
    else if (depth === 0 && (key === 'req' || key === 'res')) copy[key] = item
    else copy[key] = redactFields(item, depth + 1)
  }
  return copy
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Numbers with four or more decimals are taken for coordinates: no duration, count or id in our
 * messages has them. Credentials in addresses and everything after a question mark go too.
 */
function scrubText(text: string): string {
  return text
    .replaceAll(/-?\d{1,3}\.\d{4,}/g, redacted)
    .replaceAll(/(\w:\/\/)[^@/\s]*@/g, `$1${redacted}@`)
    .replaceAll(/(\/[^\s?'"]*)\?[^\s'"]+/g, `$1?${redacted}`)
    .replaceAll(/\b[Bb]earer\s+\S+/g, `Bearer ${redacted}`)
}

/**
 * PostgreSQL's `detail`, `where` and `internalQuery` quote the row that failed, so only
 * what names the fault stays.
 */
function redactError(error: unknown): unknown {
  if (!(error instanceof Error)) return redactFields(error, 1)
  const facts = error as Error & Record<'code' | 'constraint' | 'table' | 'routine', unknown>
  const message = withoutQuoted(error.message, facts.code)
  const shown: Record<string, unknown> = {
    type: error.name,
    message: scrubText(message),
    // It begins with the message.
    stack: scrubText((error.stack ?? '').replace(error.message, () => message)),
  }
  for (const key of ['code', 'constraint', 'table', 'routine'] as const) {
    if (typeof facts[key] === 'string') shown[key] = facts[key]
  }
  if (error.cause !== undefined) shown['cause'] = redactError(error.cause)
  if (error instanceof AggregateError) shown['errors'] = error.errors.map(redactError)
  return shown
}

/**
 * Without the value that could not be used, where the program that says so quotes it: somebody may
 * have typed it. From the first quotation mark to the last, as it may hold some itself.
 */
function withoutQuoted(message: string, code: unknown): string {
  const text = typeof code === 'string' ? code : ''
  // PostgreSQL's class of wrong data; in other classes what is quoted is a table or a column.
  if (/^22...$/.test(text) || / JSON\b/.test(message))
    return message.replace(/["'].*["']/s, redacted)
  if (text.startsWith('ERR_ASSERTION')) return message.split('\n', 1)[0] ?? ''
  if (text.startsWith('ERR_')) return message.replace(/\bReceived .*/s, `Received ${redacted}`)
  return message
}

function describeRequest(request: unknown): unknown {
  const { id, method, routeOptions } = request as {
    id?: unknown
    method?: unknown
    routeOptions?: { url?: unknown }
  }
  return { id, method, route: routeOptions?.url ?? null }
}

function describeReply(reply: unknown): unknown {
  return { statusCode: (reply as { statusCode?: unknown }).statusCode }
}
