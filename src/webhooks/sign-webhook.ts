import { createHmac } from 'node:crypto'

/**
 * Headers by which a receiver knows who sent this and that nobody changed it (Standard Webhooks).
 */
export function signWebhook(message: WebhookMessage): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(message.sentAtMs / 1000))
  const content = `${message.id}.${timestamp}.${message.body}`
  const secrets = [message.secret, ...message.previousSecrets]
  const signatures = secrets.map((secret) => sign(secret, content))
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    // A receiver takes it when one of them is right.
    'webhook-signature': signatures.join(' '),
  }
}

function sign(secret: string, content: string): string {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64')
  return `v1,${createHmac('sha256', key).update(content, 'utf8').digest('base64')}`
}

export type WebhookMessage = {
  /** The same at every attempt, so that a receiver can recognise what it has had. */
  readonly id: string
  readonly sentAtMs: number
  readonly body: string
  readonly secret: string
  /** Those before, while they sign too. */
  readonly previousSecrets: readonly string[]
}

const secretPrefix = 'whsec_'
