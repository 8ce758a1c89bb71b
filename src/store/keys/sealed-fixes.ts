import { CorruptJournal, OperatingError } from '../../errors.ts'
import {
  openPayload,
  plainVersion,
  sealedVersion,
  sealPayload,
  UuidReader,
} from '../journal/journal-frame.ts'
import { journalKinds, type JournalKind } from '../journal/journal-kinds.ts'
import type { Db } from '../pg/pool.ts'
import { damaged } from './data-keys.ts'
import { scopeOfDay, withUsableKey } from './day-keys.ts'
import { keysOf } from './keys-of.ts'

/**
 * A row of fixes as it lies in the journal: of which devices it is, because statements look for
 * them, and all else sealed with the key of the day on which it came. The nonce says which row of
 * its writer it is (`row-numbers.ts`).
 */
export async function sealFixes(
  db: Db,
  payload: Buffer,
  nowMs: number,
  nonce?: Buffer,
): Promise<Buffer> {
  const { count, body } = openPayload(payload, journalKinds.fixes)
  const { table, rest } = splitTable(body)
  const sealed = await withUsableKey(scopeOfDay('journal', nowMs), (scope) =>
    keysOf(db).seal(scope, aboutFixes(count, table), rest, nonce),
  )
  if (sealed === null) throw new OperatingError('internal-error', 'No key of this day can be used.')
  return sealPayload(journalKinds.fixes, count, [table, sealed], sealedVersion)
}

/**
 * Rows of the journal as they were before fixes in them were sealed; others are left alone. One
 * that somebody has touched stays as it lies: whoever reads it finds it damaged, and nothing behind
 * it waits. One whose key does not open stays so too and names the key: it is whole, and can be
 * read when the key is back.
 */
export async function openFixes<Row extends JournalPart>(
  db: Db,
  rows: readonly Row[],
): Promise<readonly (Row & Lock)[]> {
  const found = rows.map(readSealed)
  const pieces = found.flatMap((row) =>
    row === null ? [] : [{ sealed: row.rest, about: aboutFixes(row.count, row.table) }],
  )
  if (pieces.length === 0) return rows.map((row) => ({ ...row, lockedKeyId: null }))
  const opened = (await keysOf(db).open(pieces)).values()
  return rows.map((row, place) => {
    const sealed = found[place] ?? null
    const rest = sealed === null ? null : (opened.next().value ?? null)
    if (sealed === null) return { ...row, lockedKeyId: null }
    if (rest === null || rest === damaged) {
      return { ...row, lockedKeyId: keysOf(db).lockedKeyOf(sealed.rest) }
    }
    const payload = sealPayload(row.kind, sealed.count, [sealed.table, rest])
    return { ...row, payload, lockedKeyId: null }
  })
}

/** Of which devices a row of fixes is, whether it is open or does not open. */
export function listDevicesOf(payload: Buffer): readonly string[] {
  const version = payload[0] === sealedVersion ? sealedVersion : plainVersion
  return new UuidReader(openPayload(payload, journalKinds.fixes, version).body).list()
}

export type Lock = {
  /** The key that the row is sealed with, when that does not open; null: it is open, or damaged. */
  readonly lockedKeyId: string | null
}

type JournalPart = { readonly kind: JournalKind; readonly payload: Buffer }

type SealedFixes = { readonly count: number; readonly table: Buffer; readonly rest: Buffer }

/** Null for a row that is not sealed, and for a damaged one, which is told where it is judged. */
function readSealed({ kind, payload }: JournalPart): SealedFixes | null {
  if (kind !== journalKinds.fixes || payload[0] !== sealedVersion) return null
  try {
    const { count, body } = openPayload(payload, kind, sealedVersion)
    return { count, ...splitTable(body) }
  } catch (error) {
    if (!(error instanceof CorruptJournal)) throw error
    return null
  }
}

function splitTable(body: Buffer): Omit<SealedFixes, 'count'> {
  const { endsAt } = new UuidReader(body)
  return { table: body.subarray(0, endsAt), rest: body.subarray(endsAt) }
}

/** The devices are part of it: named otherwise, the row opens no more. */
function aboutFixes(count: number, table: Buffer): string {
  return `fixes/${count}/${table.toString('base64')}`
}
