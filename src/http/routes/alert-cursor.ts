import { RefusedInput } from '../../errors.ts'
import type { AlertCursor } from '../../store/alerts/alerts.ts'

/** The place in the list of alerts, opaque to clients. */
export function writeAlertCursor(cursor: AlertCursor | null): string | null {
  if (cursor === null) return null
  const text = [cursor.part, cursor.rank, cursor.atMs, cursor.id].join('|')
  return Buffer.from(text, 'latin1').toString('base64url')
}

export function readAlertCursor(text: string | undefined): AlertCursor | null {
  if (text === undefined) return null
  const match = pattern.exec(Buffer.from(text, 'base64url').toString('latin1'))
  const [, part, rank, atMs, id] = match ?? []
  if ((part !== 'active' && part !== 'closed') || id === undefined) {
    throw new RefusedInput(
      'invalid-cursor',
      'Expected the nextCursor of an earlier page of this list.',
    )
  }
  return { part, rank: Number(rank), atMs: Number(atMs), id }
}

const pattern =
  /^(active|closed)\|(\d)\|(\d{1,15}(?:\.\d{1,6})?)\|([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/
