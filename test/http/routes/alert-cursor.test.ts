import { expect, it } from 'vitest'
import { readAlertCursor, writeAlertCursor } from '../../../src/http/routes/alert-cursor.ts'
import { disclosedFixes } from '../../../src/store/alerts/evidence-disclosure.ts'
import { acknowledgeBodySchema, closeBodySchema } from '../../../src/schemas/alert.ts'
import { webhookBodySchema } from '../../../src/schemas/webhook.ts'
import type { AlertDetail } from '../../../src/store/alerts/alerts.ts'

const id = '0192f000-0000-8000-8000-000000000001'

it('a cursor reads back as it was written', () => {
  const cursor = { part: 'active', rank: 3, atMs: 1_795_000_000_123, id } as const
  expect(readAlertCursor(writeAlertCursor(cursor) ?? undefined)).toEqual(cursor)
  expect(writeAlertCursor(null)).toBeNull()
  expect(readAlertCursor(undefined)).toBeNull()
})

it.each(['', 'x', Buffer.from(`active|99|1|${id}`).toString('base64url'), 'A'.repeat(256)])(
  'a cursor that was not made here is refused: %s',
  (text) => {
    expect(() => readAlertCursor(text)).toThrow(/nextCursor/)
  },
)

it('an alert without fixes discloses none', () => {
  const detail = { alert: { status: 'open', kind: 'panic' }, evidence: { fixes: [] } }
  expect(disclosedFixes(detail as unknown as AlertDetail)).toEqual([])
})

it('the notes of an alert may have lines but not control characters', () => {
  expect(acknowledgeBodySchema.safeParse({ note: 'gebeld\nniet opgenomen' }).success).toBe(true)
  expect(acknowledgeBodySchema.safeParse({ note: 'a\u001b[2J' }).success).toBe(false)
  expect(closeBodySchema.safeParse({ outcome: 'confirmed', note: '' }).success).toBe(true)
  expect(closeBodySchema.safeParse({ outcome: 'confirmed', note: 'x'.repeat(4_001) }).success).toBe(
    false,
  )
})

it('a webhook secret is what Standard Webhooks calls one', () => {
  const withSecret = (secret: string): boolean =>
    webhookBodySchema.safeParse({ url: 'https://a.example/', secret }).success
  expect(withSecret(`whsec_${Buffer.alloc(24).toString('base64')}`)).toBe(true)
  expect(withSecret(`whsec_${Buffer.alloc(64).toString('base64')}`)).toBe(true)
  expect(withSecret(`whsec_${Buffer.alloc(16).toString('base64')}`)).toBe(false)
})
