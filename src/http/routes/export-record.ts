import type { Db } from '../../store/pg/pool.ts'
import { listAuditEntries } from '../../store/record/audit-entries.ts'
import { listHeads } from '../../store/record/audit-heads.ts'

/**
 * The record as it is checked elsewhere: which organisation, every entry in its exact bytes, and
 * every head after the last entry it covers. Page by page, as the reader takes it.
 */
export async function* exportRecord(db: Db, organisationId: string): AsyncGenerator<string> {
  yield lineOf({ format: 'hoede-record-1', organisationId })
  const all = { organisationId, subjectId: null, fromMs: null, untilMs: null, limit: pageCount }
  let size = 0
  for (;;) {
    const rows = await listAuditEntries(db, { ...all, afterIndex: size - 1 })
    const notes = new Map(
      (await listHeads(db, organisationId, size, pageCount)).map((head) => [head.size, head.note]),
    )
    for (const { index, body } of rows) {
      yield lineOf({ index, body: body.toString('base64') })
      size = index + 1
      const head = notes.get(size)
      if (head !== undefined) yield lineOf({ head })
    }
    if (rows.length < pageCount) return
  }
}

/** A head covers at least one entry, so that those of a page are among as many heads. */
const pageCount = 1_000

function lineOf(value: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(value)}\n`
}
