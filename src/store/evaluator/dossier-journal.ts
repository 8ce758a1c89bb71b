import { alertTraits } from '../../core/model/alert-kinds/alert-kinds.ts'
import { alertKinds } from '../../core/model/alert.ts'
import type { JournalKind } from '../journal/journal-kinds.ts'
import type { JournalRow } from '../journal/journal.ts'
import { journalKinds } from '../journal/journal-kinds.ts'
import {
  rowToJudgeColumns,
  toRowToJudge,
  type PlainRow as PlainRowToJudge,
  type RowToJudge,
} from '../journal/turns.ts'
import { openChanges, openRows, type Opened } from '../keys/sealed-changes.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * Every change of the registry committed up to a moment, in order: what was
 * registered, as it was learned.
 */
export async function listRegistryRows(
  db: Db,
  range: CaseRange,
): Promise<readonly (JournalRow & Opened)[]> {
  const { rows } = await db.query<PlainRow>(
    `${columns} from journal
      where shard = $1 and kind = $2 and committed_at <= to_timestamp($3::float8 / 1000) order by id`,
    [range.shard, journalKinds.registryChange, range.untilMs],
  )
  const opened = await openChanges(db, rows)
  return opened.map((row) => ({ ...row, shard: range.shard }))
}

/**
 * The next rows after `afterId` that concern everybody or speak of one of the devices, as they were
 * judged: a turn with the row that it is of. A packed row begins with the ids of its devices, so
 * the database can leave out the others without sending them.
 */
export async function readJournalOfDevices(
  db: Db,
  range: CaseRange & {
    readonly afterId: number
    readonly limit: number
    readonly deviceIds: readonly string[]
  },
): Promise<readonly RowToJudge[]> {
  const isWide = range.deviceIds.length > devicesSearchedMax
  const ids = isWide ? [] : range.deviceIds.map((id) => Buffer.from(id.replaceAll('-', ''), 'hex'))
  const { rows } = await db.query<PlainRowToJudge>(
    `select ${rowToJudgeColumns}
       from journal p left join journal r on r.id = p.turn_of
      where p.id > $1 and p.shard = $2 and p.committed_at <= to_timestamp($3::float8 / 1000)
        and (p.turn_of is null or r.id is not null)
        and (p.kind = any($4) or $5 or exists (
          select 1 from unnest($6::bytea[]) as d(id) where position(d.id in coalesce(r.payload, p.payload)) > 0))
      order by p.id limit $7`,
    [
      range.afterId,
      range.shard,
      range.untilMs,
      [journalKinds.registryChange, journalKinds.outage],
      isWide,
      ids,
      range.limit,
    ],
  )
  return (await openRows(db, rows)).map((row) => toRowToJudge(row, range.shard))
}

/**
 * Rows of the journal that the history names for these devices and that are no
 * longer there, the oldest first.
 */
export async function listMissingJournalRows(
  db: Db,
  query: {
    readonly deviceIds: readonly string[]
    readonly untilMs: number
    readonly limit: number
  },
): Promise<readonly number[]> {
  const { rows } = await db.query<{ journal_id: number }>(
    `select distinct f.journal_id from fixes f
      where f.device_id = any($1::uuid[]) and f.received_at <= to_timestamp($2::float8 / 1000)
        and not exists (select 1 from journal j where j.id = f.journal_id)
      order by 1 limit $3`,
    [query.deviceIds, query.untilMs, query.limit],
  )
  return rows.map((row) => row.journal_id)
}

/**
 * Moments at which the evaluator is known to have read its clock, up to one: it then said something
 * that only the clock could tell it. Other readings changed nothing that was said.
 */
export async function listClockReadings(db: Db, untilMs: number): Promise<readonly number[]> {
  const { rows } = await db.query<{ at_ms: number }>(
    `select distinct at_ms from (
       select ${epochMs('learned_at')} as at_ms from alerts where kind = any($1)
       union all
       select (t.detail ->> 'learnedAtMs')::float8 from alert_transitions t join alerts a on a.id = t.alert_id
        where (t.kind = 'ended' and a.kind = any($2)) or (t.kind = 'revised' and a.kind = any($1))
     ) as readings
      where at_ms <= $3::float8 order by at_ms`,
    [kindsRaisedByClock, kindsEndedByClock, untilMs],
  )
  return rows.map((row) => row.at_ms)
}

export type CaseRange = {
  readonly shard: number
  /** By the time of commit. */
  readonly untilMs: number
}

type PlainRow = Omit<JournalRow, 'shard'> & { readonly kind: JournalKind }

const columns = `select id, kind, entry_count as "entryCount", payload,
  ${epochMs('committed_at')} as "committedAtMs"`

/** Beyond this, to search each row for each id costs more than to read the row. */
const devicesSearchedMax = 64

const kindsRaisedByClock = alertKinds.filter((kind) => alertTraits[kind].clock !== 'no-part')
/** The others of the clock end with a report, at the moment of its receipt. */
const kindsEndedByClock = alertKinds.filter((kind) => alertTraits[kind].clock === 'raises-and-ends')
