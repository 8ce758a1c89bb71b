import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { onlyRow } from '../registry/registry-rows.ts'

export async function insertScreening(
  tx: Db,
  made: Omit<Screening, 'id' | 'authorName'>,
): Promise<Screening> {
  const { rows } = await tx.query<{ readonly id: string }>(
    `insert into screenings (protection_order_id, instrument, screened_at, author_id, outcome, next_due_at,
       document_reference, kept_by, kept_at)
     values ($1, $2, to_timestamp($3::float8 / 1000), $4, $5, to_timestamp($6::float8 / 1000), $7, $8,
       to_timestamp($9::float8 / 1000)) returning id`,
    [
      made.protectionOrderId,
      made.instrument,
      made.screenedAtMs,
      made.authorId,
      made.outcome,
      made.nextDueAtMs,
      made.documentReference,
      made.keptBy,
      made.keptAtMs,
    ],
  )
  const { id } = onlyRow(rows)
  const kept = (await listScreenings(tx, made.protectionOrderId)).find((row) => row.id === id)
  if (kept === undefined) throw new Error('expected the screening that was kept, got none')
  return kept
}

/** The newest first. */
export async function listScreenings(db: Db, orderId: string): Promise<readonly Screening[]> {
  const { rows } = await db.query<Screening>(
    `select c.id, c.protection_order_id as "protectionOrderId", c.instrument, ${epochMs('c.screened_at')} as "screenedAtMs",
            c.author_id as "authorId", s.display_name as "authorName", c.outcome, ${epochMs('c.next_due_at')} as "nextDueAtMs",
            c.document_reference as "documentReference", c.kept_by as "keptBy", ${epochMs('c.kept_at')} as "keptAtMs"
       from screenings c left join staff s on s.id = c.author_id
      where c.protection_order_id = $1 order by c.screened_at desc, c.id desc limit 100`,
    [orderId],
  )
  return rows
}

/** Colleagues of the organisation of a case who are, or were, trained, and until when; by name. */
export async function listAuthors(db: Db, orderId: string): Promise<readonly Author[]> {
  const { rows } = await db.query<{ staffId: string; name: string; untilMs: number }>(
    `select s.id as "staffId", s.display_name as name, ${epochMs('max(t.valid_until)')} as "untilMs"
       from protection_orders o join staff s on s.organisation_id = o.organisation_id and s.disabled_at is null
       join staff_trainings t on t.staff_id = s.id
      where o.id = $1 group by s.id, s.display_name order by s.display_name, s.id limit 500`,
    [orderId],
  )
  return rows.map(({ untilMs, ...author }) => ({
    ...author,
    validUntil: new Date(untilMs).toISOString(),
  }))
}

type Author = { readonly staffId: string; readonly name: string; readonly validUntil: string }

/** Whether somebody was trained for it when they did it. */
export async function wasTrained(
  db: Db,
  { atMs, instrument, staffId }: { staffId: string; instrument: string; atMs: number },
): Promise<boolean> {
  const { rows } = await db.query(
    `select from staff_trainings where staff_id = $1 and instrument = $2
        and trained_at <= to_timestamp($3::float8 / 1000) and valid_until > to_timestamp($3::float8 / 1000)`,
    [staffId, instrument, atMs],
  )
  return rows.length > 0
}

export async function insertTraining(tx: Db, made: Omit<Training, 'id'>): Promise<Training | null> {
  const { rows } = await tx.query<Training>(
    `insert into staff_trainings (organisation_id, staff_id, instrument, trained_at, valid_until, kept_by, kept_at)
     select organisation_id, id, $2, to_timestamp($3::float8 / 1000), to_timestamp($4::float8 / 1000), $5,
            to_timestamp($6::float8 / 1000) from staff where id = $1 returning ${trainingColumns}`,
    [
      made.staffId,
      made.instrument,
      made.trainedAtMs,
      made.validUntilMs,
      made.keptBy,
      made.keptAtMs,
    ],
  )
  return rows[0] ?? null
}

/** The newest first. */
export async function listTrainings(db: Db, staffId: string): Promise<readonly Training[]> {
  const { rows } = await db.query<Training>(
    `select ${trainingColumns} from staff_trainings where staff_id = $1 order by trained_at desc, id desc limit 100`,
    [staffId],
  )
  return rows
}

const trainingColumns = `id, staff_id as "staffId", instrument, ${epochMs('trained_at')} as "trainedAtMs",
  ${epochMs('valid_until')} as "validUntilMs", kept_by as "keptBy", ${epochMs('kept_at')} as "keptAtMs"`

export type Training = {
  readonly id: string
  readonly staffId: string
  readonly instrument: string
  readonly trainedAtMs: number
  readonly validUntilMs: number
  readonly keptBy: string
  readonly keptAtMs: number
}

export type Screening = {
  readonly id: string
  readonly protectionOrderId: string
  readonly instrument: string
  readonly screenedAtMs: number
  readonly authorId: string
  readonly authorName: string | null
  readonly outcome: 'low' | 'moderate' | 'high'
  readonly nextDueAtMs: number
  readonly documentReference: string | null
  readonly keptBy: string
  readonly keptAtMs: number
}
