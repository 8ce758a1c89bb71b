import { createHmac } from 'node:crypto'
import { startWebhookReceiver } from './webhook-receiver.ts'

/**
 * Stands for the system of a partner: takes what is sent, checks its signature by itself, fetches
 * what it may, and says that it has it.
 */
export async function startPartnerDouble(address: string): Promise<PartnerDouble> {
  const receiver = await startWebhookReceiver()
  const known = { token: '', secret: '' }
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${known.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Notice }
  }
  return {
    host: receiver.host,
    url: receiver.url,
    know: (token, secret) => Object.assign(known, { token, secret }),
    refuseWith: (status) => receiver.answerWith((response) => response.writeHead(status).end()),
    /** Only what its own key signed. */
    taken: () =>
      receiver.received.map(({ headers, body }) => {
        const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
        const key = Buffer.from(known.secret.replace('whsec_', ''), 'base64')
        const signature = `v1,${createHmac('sha256', key).update(content).digest('base64')}`
        if (headers['webhook-signature'] !== signature) throw new Error('a signature does not fit')
        return JSON.parse(body) as Notice
      }),
    list: () => ask('GET', '/v1/partner-notices'),
    fetch: (id) => ask('GET', `/v1/partner-notices/${id}`),
    receive: (id, reference) => ask('POST', `/v1/partner-notices/${id}/_receive`, { reference }),
    close: receiver.close,
  }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Notice = Record<string, any>
type Answer = { readonly status: number; readonly body: Notice }

export type PartnerDouble = {
  readonly host: string
  readonly url: string
  readonly know: (token: string, secret: string) => void
  readonly refuseWith: (status: number) => void
  readonly taken: () => readonly Notice[]
  readonly list: () => Promise<Answer>
  readonly fetch: (id: string) => Promise<Answer>
  readonly receive: (id: string, reference: string) => Promise<Answer>
  readonly close: () => void
}
