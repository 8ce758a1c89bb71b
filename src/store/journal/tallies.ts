import { defaultOrganisationId } from '../../record/act.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import { inTransaction, type Db } from '../pg/pool.ts'
import { recordAct } from '../record/audit-entries.ts'
import { journalKinds } from './journal-kinds.ts'
import type { Stretch } from './row-numbers.ts'
import type pg from 'pg'

/**
 * Puts on record how many rows the journal has gained since it was last put there, and what all of
 * them hold, when that is long enough ago: the record is signed, and its heads lie elsewhere, so
 * that afterwards no row of it is added, changed or taken away unseen, not the last one of a writer
 * and not one that carries no seal. Rows become visible in the order of their ids, so those up to
 * the last one are all there. Gives up to where that is on record; null: nowhere.
 */
export async function recordTally(
  pool: pg.Pool,
  work: { readonly shard: number; readonly nowMs: number },
): Promise<number | null> {
  const { shard, nowMs } = work
  return await inTransaction(pool, async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1::bigint)', [advisoryLocks.journalTally])
    const last = await findLastTally(tx, shard)
    const recordedId = last?.untilId ?? null
    // A clock that was ahead for a moment would keep it waiting for as long.
    const isRecent = last !== null && Math.abs(nowMs - last.atMs) < tallyMs
    if (isRecent && last.rowCount < rowsPerTallyMax) return recordedId
    const span = await findGained(tx, shard, recordedId)
    if (span === null) return recordedId
    // From the last one on: what is laid between two of them is in neither.
    const stretch = { shard, fromId: last === null ? span.fromId : last.untilId + 1 }
    const whole = { ...stretch, untilId: span.untilId }
    const found = await tallyStretch(tx, whole)
    await recordAct(tx, {
      organisationId: defaultOrganisationId,
      name: actName,
      kind: 'collection',
      outcome: 'allowed',
      atMs: nowMs,
      by: { kind: 'system', id: null, role: null },
      door: 'worker',
      personIds: [],
      alertId: null,
      protectionOrderId: null,
      subjectId: null,
      reason: null,
      secondPersonId: null,
      detail: { format: digestFormat, ...whole, ...found },
    })
    return span.untilId
  })
}

/**
 * Those of a span that are on record, the oldest first. From the entries themselves, which are
 * signed: the list by which people look for an act is not, and may lack some.
 */
export async function listTallies(db: Db, span: TallySpan): Promise<readonly Tally[]> {
  const { shard, fromMs, untilMs = null, afterIndex = -1 } = span
  const { rows } = await db.query<EntryRow>(
    `${tallySql} and at >= to_timestamp($3::float8 / 1000) and index > $4
        and ($5::float8 is null or at < to_timestamp($5 / 1000)) order by index`,
    [defaultOrganisationId, actMark, fromMs, afterIndex, untilMs],
  )
  return rows.map(readTally).filter((tally) => isOf(tally, shard))
}

/** What stands in a stretch of the journal now. */
export async function tallyStretch(
  db: Db,
  { shard, fromId, untilId }: Stretch,
): Promise<StretchFound> {
  const { rows } = await db.query<StretchFound>(
    // Of a change of the registry not what it holds: that is rewritten when it is sealed or a case
    // is erased, and stands in tables of its own. What stands in front of it ends with a mark, so
    // that no digit of it can be taken for the first of what follows.
    `select count(*)::int as "rowCount",
            encode(sha256(coalesce(string_agg(sha256(
              convert_to(concat_ws('/', id, kind, entry_count, extract(epoch from committed_at), lane,
                coalesce(sender_id::text, '-'), coalesce(turn_of::text, '-'), ''), 'UTF8')
              || case when kind = ${journalKinds.registryChange} then ''::bytea else payload end), ''::bytea order by id), '')), 'hex') as digest
       from journal where shard = $1 and id between $2 and $3`,
    [shard, fromId, untilId],
  )
  return rows[0] ?? { rowCount: 0, digest: '' }
}

export type TallySpan = {
  readonly shard: number
  readonly fromMs: number
  readonly untilMs?: number
  /** Of the record: those behind it. */
  readonly afterIndex?: number
}

export type Tally = Stretch &
  StretchFound & {
    /** Of its entry in the record. */
    readonly index: number
    readonly atMs: number
    readonly format: number
  }

export type StretchFound = { readonly rowCount: number; readonly digest: string }

async function findLastTally(db: Db, shard: number): Promise<Tally | null> {
  const { rows } = await db.query<EntryRow>(
    `${tallySql} and position(convert_to('"shard":' || $3::int || ',', 'UTF8') in body) > 0
      order by index desc limit 1`,
    [defaultOrganisationId, actMark, shard],
  )
  const tally = rows[0] === undefined ? null : readTally(rows[0])
  return tally !== null && isOf(tally, shard) ? tally : null
}

/** What came after a row, as far as one tally goes; without one, what came in the last day. */
async function findGained(
  db: Db,
  shard: number,
  afterId: number | null,
): Promise<{ readonly fromId: number; readonly untilId: number } | null> {
  const { rows } = await db.query<{ fromId: number | null; untilId: number | null }>(
    `select min(id) as "fromId", max(id) as "untilId" from (
       select id from journal
        where shard = $1 and id > coalesce($2, 0) and id <= pg_sequence_last_value('journal_id')
          and ($2::bigint is not null or committed_at > now() - interval '1 day')
        order by id limit ${rowsPerTallyMax}) as gained`,
    [shard, afterId],
  )
  const { fromId = null, untilId = null } = rows[0] ?? {}
  return fromId === null || untilId === null ? null : { fromId, untilId }
}

function readTally({ index, body }: EntryRow): Tally {
  const entry = JSON.parse(body.toString('utf8')) as {
    readonly start_time: string
    readonly hoede: { readonly detail: Omit<Tally, 'atMs' | 'index'> }
  }
  return { ...entry.hoede.detail, index, atMs: Date.parse(entry.start_time) }
}

function isOf(tally: Tally, shard: number): boolean {
  return tally.shard === shard && tally.format === digestFormat
}

type EntryRow = { readonly index: number; readonly body: Buffer }

const actName = 'tallyJournal'
/** As it stands in an entry; in a text that somebody typed there is a stroke before each quote. */
const actMark = Buffer.from(`"name":"${actName}"`)
const tallySql = `select index, body from audit_entries
  where organisation_id = $1 and position($2::bytea in body) > 0`
/** Raised when the digest is made of something else. */
const digestFormat = 2

/** What is younger can be rewritten unseen by whoever stops the worker; people read entries too. */
const tallyMs = 10 * 60_000
/** After a long time without one: it is read in one statement. */
const rowsPerTallyMax = 100_000
