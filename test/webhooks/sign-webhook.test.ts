import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { signWebhook } from '../../src/webhooks/sign-webhook.ts'

it('a webhook is signed as Standard Webhooks describes, with its published example', () => {
  // The example of the specification's reference libraries.
  const headers = signWebhook({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    sentAtMs: 1_614_265_330_000,
    body: '{"test": 2432232314}',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    previousSecrets: [],
  })
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

it('the bytes that are sent are signed, also beyond ASCII', () => {
  const secret = Buffer.alloc(24, 9)
  const body = '{"reden":"één"}'
  const headers = signWebhook({
    id: 'a',
    sentAtMs: 1_999,
    body,
    secret: `whsec_${secret.toString('base64')}`,
    previousSecrets: [],
  })
  const expected = createHmac('sha256', secret)
    .update(Buffer.from(`a.1.${body}`))
    .digest('base64')
  expect(headers['webhook-signature']).toBe(`v1,${expected}`)
})

it('a webhook whose secret changes is signed with the new one and with those before', () => {
  const message = { id: 'a', sentAtMs: 1_999, body: '{}', previousSecrets: [] }
  const of = (number: number): string => `whsec_${Buffer.alloc(24, number).toString('base64')}`
  const alone = [of(1), of(2), of(3)].map(
    (secret) => signWebhook({ ...message, secret })['webhook-signature'],
  )
  const both = signWebhook({ ...message, secret: of(1), previousSecrets: [of(2), of(3)] })
  expect(both['webhook-signature']).toBe(alone.join(' '))
  expect(new Set(alone).size).toBe(3)
})
