import { CorruptJournal } from '../../errors.ts'
import { openPayload, sealedVersion, sealPayload, UuidReader } from '../journal/journal-frame.ts'
import { journalKinds, type JournalKind } from '../journal/journal-kinds.ts'
import type { Db } from '../pg/pool.ts'
import { damaged, scopeOfDay, unlessUnusable } from './data-keys.ts'
import { keysOf } from './keys-of.ts'

/**
 * A row of fixes as it lies in the journal: of which devices it is, because statements look for
 * them, and all else sealed with the key of the day on which it came.
 */
export async function sealFixes(db: Db, payload: Buffer, nowMs: number): Promise<Buffer> {
  const { count, body } = openPayload(payload, journalKinds.fixes)
  const { table, rest } = splitTable(body)
  const sealed = await sealWithDay(db, scopeOfDay('journal', nowMs), aboutFixes(count, table), rest)
  return sealPayload(journalKinds.fixes, count, [table, sealed], sealedVersion)
}

/** Whoever touches the key of a day keeps nobody from reporting: another one is made. */
async function sealWithDay(db: Db, day: string, about: string, rest: Buffer): Promise<Buffer> {
  for (let spare = 0; spare < spareKeysMax; spare += 1) {
    const scope = spare === 0 ? day : `${day}/${spare}`
    const sealed = await keysOf(db).seal(scope, about, rest).catch(unlessUnusable)
    if (sealed !== null) return sealed
  }
  return await keysOf(db).seal(`${day}/${spareKeysMax}`, about, rest)
}

const spareKeysMax = 8

/**
 * Rows of the journal as they were before fixes in them were sealed; others are left alone. One
 * that somebody has touched, or whose day was destroyed, stays as it lies: whoever reads it finds
 * it damaged, and nothing behind it waits.
 */
export async function openFixes<Row extends JournalPart>(
  db: Db,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const found = rows.map(readSealed)
  const pieces = found.flatMap((row) =>
    row === null ? [] : [{ sealed: row.rest, about: aboutFixes(row.count, row.table) }],
  )
  if (pieces.length === 0) return rows
  const opened = (await keysOf(db).open(pieces)).values()
  return rows.map((row, place) => {
    const sealed = found[place] ?? null
    const rest = sealed === null ? null : (opened.next().value ?? null)
    if (sealed === null || rest === null || rest === damaged) return row
    return { ...row, payload: sealPayload(row.kind, sealed.count, [sealed.table, rest]) }
  })
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
