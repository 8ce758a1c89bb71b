import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sendWebhook, type WebhookOutcome } from '../../src/webhooks/send-webhook.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'

let receiver: WebhookReceiver
beforeAll(async () => {
  receiver = await startWebhookReceiver()
})
beforeEach(() => {
  receiver.received.length = 0
})
afterAll(() => receiver.close())

async function send(
  changes: Partial<Parameters<typeof sendWebhook>[0]> = {},
): Promise<WebhookOutcome> {
  return await sendWebhook({
    url: receiver.url,
    secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    previousSecrets: [],
    id: 'event-1',
    sentAtMs: 1_795_000_000_000,
    body: '{"specversion":"1.0"}',
    allowedHosts: [receiver.host],
    timeoutMs: 300,
    ...changes,
  })
}

describe('one attempt to deliver', () => {
  it('an attempt to deliver posts the body as it was signed', async () => {
    expect(await send()).toEqual({ type: 'delivered' })
    expect(receiver.received).toHaveLength(1)
    expect(receiver.received[0]?.body).toBe('{"specversion":"1.0"}')
    expect(receiver.received[0]?.headers).toMatchObject({
      'webhook-id': 'event-1',
      'webhook-timestamp': '1795000000',
      'content-type': 'application/cloudevents+json; charset=utf-8',
    })
  })

  it.each([
    [200, 'delivered'],
    [410, 'gone'],
    [302, 'failed'],
    [400, 'failed'],
    [500, 'failed'],
  ])('the answer %i to a webhook means %s', async (status, type) => {
    receiver.answerWith((response) => {
      response.writeHead(status, { location: `${receiver.url}?redirected` }).end('body')
    })
    expect((await send()).type).toBe(type)
    // A redirect is not followed.
    expect(receiver.received).toHaveLength(1)
  })

  it('an attempt to deliver gives up on a receiver that hangs, before its answer or in the middle of it', async () => {
    receiver.answerWith(() => undefined)
    const error = 'The receiver did not answer in time.'
    expect(await send()).toEqual({ type: 'failed', error })
    receiver.answerWith((response) => response.writeHead(200).write('drip'))
    expect(await send()).toEqual({ type: 'failed', error })
  })

  it('an attempt to deliver does not read an answer without an end', async () => {
    receiver.answerWith((response) => response.writeHead(200).end('x'.repeat(10_000_000)))
    expect(await send({ timeoutMs: 5_000 })).toEqual({ type: 'delivered' })
  })

  it('an attempt to deliver sends nothing to a host that is no longer on the list', async () => {
    expect((await send({ allowedHosts: [] })).type).toBe('failed')
    expect(receiver.received).toHaveLength(0)
  })

  it('a failure to deliver names no address and quotes nothing', async () => {
    const outcomes = [
      await send({ url: 'http://127.0.0.1:1/geheim', allowedHosts: ['127.0.0.1:1'] }),
      await send({
        url: 'https://niet-te-vinden.invalid/geheim',
        allowedHosts: ['niet-te-vinden.invalid'],
      }),
    ]
    for (const outcome of outcomes) {
      expect(outcome.type).toBe('failed')
      expect(JSON.stringify(outcome)).not.toMatch(/geheim|127\.0|invalid/)
    }
  })
})
