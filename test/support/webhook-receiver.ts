import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A receiver of webhooks on this machine whose answer the test decides. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = []
  const state: { answer: (response: ServerResponse) => void } = {
    answer: (response) => response.writeHead(204).end(),
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      state.answer(response)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    url: `http://${host}/hook`,
    received,
    answerWith: (answer) => {
      state.answer = answer
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export type WebhookReceiver = {
  readonly host: string
  readonly url: string
  readonly received: ReceivedWebhook[]
  readonly answerWith: (answer: (response: ServerResponse) => void) => void
  readonly close: () => void
}

export type ReceivedWebhook = { readonly headers: IncomingHttpHeaders; readonly body: string }
