import { defaultOrganisationId } from '../../record/act.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import { inTransaction, type Db } from '../pg/pool.ts'
import { listAuditEntries, recordAct } from '../record/audit-entries.ts'
import { journalKinds } from './journal-kinds.ts'
import type { Stretch } from './row-numbers.ts'
import type pg from 'pg'

/**
 * Puts on record how many rows the journal has gained since it was last put there, and what all of
 * them hold, when that is long enough ago: the record is signed, and its heads lie elsewhere, so
 * that afterwards no row of it is added, changed or taken away unseen, not the last one of a writer
 * and not one that carries no seal. Rows become visible in the order of their ids, so those up to
 * the last one are all there.
 */
export async function recordTally(
  pool: pg.Pool,
  work: { readonly shard: number; readonly nowMs: number },
): Promise<void> {
  const { shard, nowMs } = work
  await inTransaction(pool, async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1::bigint)', [advisoryLocks.journalTally])
    const last = (await listTallies(tx, { shard, fromMs: nowMs - lookBackMs })).at(-1)
    if (last !== undefined && nowMs - last.atMs < tallyMs) return
    const { rows } = await tx.query<{ fromId: number | null; untilId: number | null }>(
      // After a long time without one it begins with what is of now.
      `select min(id) as "fromId", max(id) as "untilId" from journal
        where shard = $1 and id > $2 and committed_at > to_timestamp($3::float8 / 1000)`,
      [shard, last?.untilId ?? 0, nowMs - lookBackMs],
    )
    const { fromId = null, untilId = null } = rows[0] ?? {}
    if (fromId === null || untilId === null) return
    // From the last one on: what is laid between two of them is in neither.
    const stretch = { shard, fromId: last === undefined ? fromId : last.untilId + 1, untilId }
    const found = await tallyStretch(tx, stretch)
    await recordAct(tx, {
      organisationId: defaultOrganisationId,
      name: 'tallyJournal',
      kind: 'collection',
      outcome: 'allowed',
      atMs: nowMs,
      by: { kind: 'system', id: null, role: null },
      door: 'worker',
      personIds: [],
      alertId: null,
      protectionOrderId: null,
      subjectId: subjectOf(shard),
      reason: null,
      secondPersonId: null,
      detail: { ...stretch, ...found },
    })
  })
}

/** Those of a span that are on record, the oldest first. */
export async function listTallies(
  db: Db,
  span: { readonly shard: number; readonly fromMs: number; readonly untilMs?: number },
): Promise<readonly Tally[]> {
  const { shard, fromMs, untilMs = null } = span
  const rows = await listAuditEntries(db, {
    organisationId: defaultOrganisationId,
    afterIndex: -1,
    subjectId: subjectOf(shard),
    fromMs,
    untilMs,
    limit: talliesMax,
  })
  return rows.map(({ body }) => readTally(body))
}

/** Whether the journal still is what was put on record of it. */
export async function isAsTallied(db: Db, tally: Tally): Promise<boolean> {
  const { rowCount, digest } = await tallyStretch(db, tally)
  return rowCount === tally.rowCount && digest === tally.digest
}

export type Tally = Stretch & {
  readonly atMs: number
  readonly rowCount: number
  readonly digest: string
}

/**
 * Of a change of the registry not what it holds: that is rewritten when it is sealed or a case is
 * erased, and stands in tables of its own.
 */
async function tallyStretch(
  db: Db,
  { shard, fromId, untilId }: Stretch,
): Promise<Pick<Tally, 'rowCount' | 'digest'>> {
  const { rows } = await db.query<{ rowCount: number; digest: string }>(
    `select count(*)::int as "rowCount",
            encode(sha256(coalesce(string_agg(sha256(
              convert_to(concat_ws('/', id, kind, entry_count, extract(epoch from committed_at), lane,
                coalesce(sender_id::text, '-'), coalesce(turn_of::text, '-')), 'UTF8')
              || case when kind = ${journalKinds.registryChange} then ''::bytea else payload end), ''::bytea order by id), '')), 'hex') as digest
       from journal where shard = $1 and id between $2 and $3`,
    [shard, fromId, untilId],
  )
  return rows[0] ?? { rowCount: 0, digest: '' }
}

/** By this it is found among what people did. */
function subjectOf(shard: number): string {
  return `00000000-0000-7000-8000-00000001${shard.toString(16).padStart(4, '0')}`
}

function readTally(body: Buffer): Tally {
  const entry = JSON.parse(body.toString('utf8')) as {
    readonly start_time: string
    readonly hoede: { readonly detail: Omit<Tally, 'atMs'> }
  }
  return { ...entry.hoede.detail, atMs: Date.parse(entry.start_time) }
}

/** What is younger can be rewritten unseen; entries are read by people too. */
const tallyMs = 10 * 60_000
const lookBackMs = 86_400_000
const talliesMax = 20_000
