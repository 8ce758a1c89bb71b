import { createHmac } from 'node:crypto'

/**
 * Headers by which a receiver knows who sent this and that nobody changed it (Standard Webhooks).
 */
export function signWebhook(message: WebhookMessage): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(message.sentAtMs / 1000))
  const key = Buffer.from(message.secret.slice(secretPrefix.length), 'base64')
  const signature = createHmac('sha256', key)
    .update(`${message.id}.${timestamp}.${message.body}`, 'utf8')
    .digest('base64')
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  }
}

export type WebhookMessage = {
  /** The same at every attempt, so that a receiver can recognise what it has had. */
  readonly id: string
  readonly sentAtMs: number
  readonly body: string
  readonly secret: string
}

const secretPrefix = 'whsec_'
