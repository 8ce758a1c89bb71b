import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { checkWebhookUrl, resolveWebhookHost, type ResolvedAddress } from './webhook-address.ts'
import { signWebhook } from './sign-webhook.ts'

/**
 * One attempt to deliver. The host is resolved and checked first and then called at the very
 * address that was checked. A redirect is a failure: it would lead where nobody checked. Never
 * throws; what it says of a failure names no address and quotes nothing that was received.
 */
export async function sendWebhook(message: OutgoingWebhook): Promise<WebhookOutcome> {
  const check = checkWebhookUrl(message.url, message.allowedHosts)
  if (!check.isAllowed) return { type: 'failed', error: check.detail }
  const signal = AbortSignal.timeout(message.timeoutMs ?? timeoutMsDefault)
  try {
    const addresses = await resolveWebhookHost(check.url.hostname, check.isLoopbackHost)
    const status = await post(check.url, addresses, message, signal)
    if (status >= 200 && status < 300) return { type: 'delivered' }
    if (status === 410) return { type: 'gone' }
    return { type: 'failed', error: `The receiver answered ${status}.` }
  } catch (error) {
    const tooLate = 'The receiver did not answer in time.'
    return { type: 'failed', error: signal.aborted ? tooLate : describeFailure(error) }
  }
}

export type OutgoingWebhook = {
  readonly url: string
  readonly secret: string
  readonly previousSecrets: readonly string[]
  readonly id: string
  readonly sentAtMs: number
  readonly body: string
  readonly allowedHosts: readonly string[]
  readonly timeoutMs?: number
}

export type WebhookOutcome =
  | { readonly type: 'delivered' }
  /** The receiver wants nothing more, ever. */
  | { readonly type: 'gone' }
  | { readonly type: 'failed'; readonly error: string }

const timeoutMsDefault = 15_000
/** Answers are read to their end so that the connection closes cleanly, but not without an end. */
const answerBytesMax = 64 * 1024

async function post(
  url: URL,
  addresses: readonly ResolvedAddress[],
  message: OutgoingWebhook,
  signal: AbortSignal,
): Promise<number> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  const options: RequestOptions = {
    method: 'POST',
    // A connection of its own: one that is kept could have been opened to an
    // address checked long ago.
    agent: false,
    lookup: pinned(addresses),
    signal,
    headers: {
      ...signWebhook(message),
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'content-length': Buffer.byteLength(message.body),
      'user-agent': 'hoede',
    },
  }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = send(url, options, resolve)
    call.once('error', reject)
    call.end(message.body)
  })
  let receivedBytes = 0
  for await (const chunk of answer) {
    receivedBytes += (chunk as Buffer).length
    if (receivedBytes > answerBytesMax) break
  }
  answer.destroy()
  return answer.statusCode ?? 0
}

/** Answers every question for an address with the ones that were checked. */
function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const first = addresses[0]
    if (options.all === true) callback(null, [...addresses])
    else callback(null, first?.address ?? '', first?.family ?? 0)
  }
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'The receiver could not be called.'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  if (code !== null && /^[A-Z0-9_]+$/.test(code))
    return `The receiver could not be called (${code}).`
  return error.message.startsWith('The host has')
    ? error.message
    : 'The receiver could not be called.'
}
