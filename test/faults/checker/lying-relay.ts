import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A part of the product that breaks one promise: it stands between the clients and a server, and
 * everything else passes as it is. The checker must find each of its lies.
 */
export async function startLyingRelay(target: string, lie: Lie): Promise<LyingRelay> {
  const told = { isTold: false }
  const server = createServer((inward, answer) => {
    const isPost = inward.method === 'POST' && inward.url === '/v1/positions'
    if (isPost && lie.kind === 'acknowledge-first') acknowledgeFirst(target, inward, answer)
    else relay(target, inward, answer, lie, told)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export type Lie =
  /** 202 before anything is stored. */
  | { readonly kind: 'acknowledge-first' }
  /** The alert of this order is not in the list, or is in it twice. */
  | { readonly kind: 'drop-alert' | 'double-alert'; readonly orderId: string }
  /** One event does not come, or comes twice. */
  | { readonly kind: 'drop-event' | 'double-event' }
  | { readonly kind: 'delay-events'; readonly delayMs: number }

export type LyingRelay = { readonly url: string; readonly close: () => void }

function acknowledgeFirst(target: string, inward: IncomingMessage, answer: ServerResponse): void {
  const chunks: Buffer[] = []
  inward.on('data', (chunk: Buffer) => chunks.push(chunk))
  inward.on('end', () => {
    const taken = { accepted: 1, duplicates: 0, rejected: [], wantedIntervals: [] }
    answer.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify(taken))
    const outward = request(target + String(inward.url), {
      method: 'POST',
      headers: inward.headers,
    })
    outward.on('response', (response) => response.resume())
    outward.on('error', () => undefined)
    outward.end(Buffer.concat(chunks))
  })
}

function relay(
  target: string,
  inward: IncomingMessage,
  answer: ServerResponse,
  lie: Lie,
  told: { isTold: boolean },
): void {
  const outward = request(target + String(inward.url), {
    method: inward.method,
    headers: inward.headers,
    agent: false,
  })
  outward.on('error', () => answer.destroy())
  answer.on('close', () => outward.destroy())
  outward.on('response', (response) => {
    response.on('error', () => answer.destroy())
    const isList = inward.url?.startsWith('/v1/alerts?') === true
    if (isList && (lie.kind === 'drop-alert' || lie.kind === 'double-alert')) {
      relayList(response, answer, lie)
      return
    }
    answer.writeHead(response.statusCode ?? 502, response.headers)
    answer.flushHeaders()
    const isStream = inward.url === '/v1/alert-events'
    if (isStream) relayEvents(response, answer, lie, told)
    else response.pipe(answer)
  })
  inward.pipe(outward)
}

function relayList(
  response: IncomingMessage,
  answer: ServerResponse,
  lie: Extract<Lie, { readonly orderId: string }>,
): void {
  let text = ''
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => (text += chunk))
  response.on('end', () => {
    const body = JSON.parse(text) as { items: { protectionOrderId: string }[] }
    const isOf = (item: { protectionOrderId: string }): boolean =>
      item.protectionOrderId === lie.orderId
    const items =
      lie.kind === 'drop-alert'
        ? body.items.filter((item) => !isOf(item))
        : body.items.flatMap((item) => (isOf(item) ? [item, item] : [item]))
    answer.writeHead(response.statusCode ?? 502, { 'content-type': 'application/json' })
    answer.end(JSON.stringify({ ...body, items }))
  })
}

function relayEvents(
  response: IncomingMessage,
  answer: ServerResponse,
  lie: Lie,
  told: { isTold: boolean },
): void {
  let rest = ''
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const isOnce = /^id: /m.test(part) && !told.isTold
      const send = (): boolean => answer.write(`${part}\n\n`)
      if (isOnce && (lie.kind === 'drop-event' || lie.kind === 'double-event')) {
        told.isTold = true
        if (lie.kind === 'drop-event') continue
        send()
      }
      if (lie.kind === 'delay-events') setTimeout(send, lie.delayMs)
      else send()
    }
  })
  response.on('close', () => answer.end())
}
