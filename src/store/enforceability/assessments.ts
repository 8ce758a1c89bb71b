import { randomUUID } from 'node:crypto'
import type { EnforceabilityVerdict } from '../../core/enforceability/judge-proposal.ts'
import { openAssessments, scopeOfAssessment, sealAssessment } from '../keys/sealed-assessments.ts'
import { openTexts, sealText } from '../keys/sealed-text.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import { onlyRow } from '../registry/registry-rows.ts'
import type { Db } from '../pg/pool.ts'

/** Keeps what was advised, with the pages as they were shown; its id. */
export async function insertAssessment(db: Db, given: MadeAssessment): Promise<string> {
  const made = await sealAssessment(db, { ...given, id: randomUUID() })
  await db.query(
    `insert into enforceability_assessments (organisation_id, label, made_at, made_by_kind, made_by, question, answer,
       map_id, limits_version, advice_court, advice_file, offender_id, id)
     values ($1, $2, to_timestamp($3::float8 / 1000), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      made.organisationId,
      made.label,
      made.madeAtMs,
      made.madeBy.kind,
      made.madeBy.id,
      JSON.stringify(made.question),
      JSON.stringify(made.answer),
      made.mapId,
      made.limitsVersion,
      made.adviceCourt,
      made.adviceFile,
      made.offenderId,
      made.id,
    ],
  )
  return made.id
}

/**
 * Puts the answer under what was proposed without one, with the label that it has. False: it was
 * assessed or declined meanwhile, is not there, or is about somebody else.
 */
export async function assessProposed(
  tx: Db,
  id: string,
  given: Omit<MadeAssessment, 'organisationId'>,
): Promise<boolean> {
  const made = await sealAssessment(tx, { ...given, id })
  const { rowCount } = await tx.query(
    `update enforceability_assessments set assessed_at = to_timestamp($2::float8 / 1000), assessed_by = $3, question = $4,
       answer = $5, map_id = $6, limits_version = $7, offender_id = coalesce(offender_id, $8)
      where id = $1 and declined_at is null and erased_at is null and answer ->> 'verdict' = $9
        and ($8::uuid is null or offender_id is null or offender_id = $8)`,
    [
      id,
      made.madeAtMs,
      made.madeBy.id,
      JSON.stringify(made.question),
      JSON.stringify(made.answer),
      made.mapId,
      made.limitsVersion,
      made.offenderId,
      notAssessed,
    ],
  )
  return rowCount === 1
}

/** In place of a verdict: an order was proposed, and nobody has assessed its ban. */
export const notAssessed = 'not-assessed'

/** Without the question, which holds where somebody lives, but for whose positions were counted. */
export async function findAssessment(db: Db, id: string): Promise<KeptAssessment | null> {
  const { rows } = await db.query<KeptAssessment>(
    `select ${columns}, answer, offender_id as "offenderId" from enforceability_assessments where id = $1`,
    [id],
  )
  return (await openAssessments(db, rows))[0] ?? null
}

/** The page of one edition, as it was made. */
export async function findAdvice(
  db: Db,
  id: string,
  edition: 'court' | 'file',
): Promise<KeptAdvice | null> {
  const { rows } = await db.query<AboutOffender & Asked & { readonly isErased: boolean }>(
    `select id, question, advice_court as "adviceCourt", advice_file as "adviceFile",
            erased_at is not null as "isErased", offender_id as "offenderId"
       from enforceability_assessments where id = $1`,
    [id],
  )
  const [found] = await openAssessments(db, rows)
  if (found === undefined) return null
  const { adviceCourt, adviceFile, isErased, offenderId } = found
  return { page: edition === 'court' ? adviceCourt : adviceFile, isErased, offenderId }
}

/**
 * What was asked and how it was judged, for an order that is made with it. Call inside the
 * transaction that makes it.
 */
export async function findAskedQuestion(db: Db, id: string): Promise<AskedQuestion | null> {
  const { rows } = await db.query<AskedQuestion & Asked>(
    `select id, question, answer ->> 'verdict' as verdict, offender_id as "offenderId", declined_at is not null as "isDeclined"
       from enforceability_assessments where id = $1 for share`,
    [id],
  )
  return (await openAssessments(db, rows))[0] ?? null
}

/** As it stands on the list. */
export async function findAssessmentRow(db: Db, id: string): Promise<AssessmentRow> {
  const { rows } = await db.query<AssessmentRow>(
    `select ${columns} from enforceability_assessments where id = $1`,
    [id],
  )
  return onlyRow(await openReasons(db, await openAssessments(db, rows)))
}

export async function listAssessments(
  db: Db,
  page: { readonly afterId: string | null; readonly limit: number },
): Promise<readonly AssessmentRow[]> {
  const { rows } = await db.query<AssessmentRow>(
    `select ${columns} from enforceability_assessments
      where $1::uuid is null or id > $1 order by id limit $2`,
    [page.afterId, page.limit],
  )
  return await openReasons(db, await openAssessments(db, rows))
}

/**
 * Says that no order is made with it: null where there is none, or it has come to its end. Of this
 * and an order that is made with it in the same moment the second one waits, and finds the first.
 */
export async function declineAssessment(
  tx: Db,
  { by, id, nowMs, reason }: Decline,
): Promise<AssessmentRow | null> {
  const sealed = await sealText(tx, scopeOfAssessment(id), aboutReason(id), reason)
  // In a statement of its own: the next one sees the order that this one waited for.
  await tx.query('select from enforceability_assessments where id = $1 for update', [id])
  const { rows } = await tx.query<AssessmentRow>(
    `update enforceability_assessments set declined_at = to_timestamp($2::float8 / 1000), declined_by = $3, decline_reason = $4
      where id = $1 and declined_at is null
        and not exists (select from order_acts a where a.assessment_id = enforceability_assessments.id)
      returning ${columns}`,
    [id, nowMs, by, sealed],
  )
  return (await openReasons(tx, await openAssessments(tx, rows)))[0] ?? null
}

type Decline = {
  readonly id: string
  readonly by: string
  readonly reason: string
  readonly nowMs: number
}

/** What does not open any more is not said. */
async function openReasons(
  db: Db,
  rows: readonly AssessmentRow[],
): Promise<readonly AssessmentRow[]> {
  const texts = rows.map(({ id, reason }) => ({ text: reason ?? '', about: aboutReason(id) }))
  const opened = await openTexts(db, texts)
  return rows.map((row, place) =>
    row.reason === null ? row : { ...row, reason: opened[place] ?? null },
  )
}

function aboutReason(id: string): string {
  return `why assessment ${id} was declined`
}

export type MadeAssessment = {
  readonly organisationId: string
  readonly label: string
  readonly madeAtMs: number
  readonly madeBy: { readonly kind: string; readonly id: string }
  readonly question: object
  readonly answer: object
  readonly mapId: string | null
  readonly limitsVersion: string
  readonly adviceCourt: string
  readonly adviceFile: string
  readonly offenderId: string | null
}

export type AskedQuestion = AboutOffender & {
  readonly question: unknown
  readonly verdict: EnforceabilityVerdict | typeof notAssessed
  readonly isDeclined: boolean
}

export type AssessmentRow = {
  readonly id: string
  readonly label: string
  readonly madeAt: Date
  readonly mapId: string | null
  readonly limitsVersion: string
  readonly verdict: string
  /** The order that was made with it, the last of them; null: none that the caller may see. */
  readonly orderId: string | null
  readonly orderReference: string | null
  readonly declinedAtMs: number | null
  readonly reason: string | null
}

export type KeptAssessment = AssessmentRow & AboutOffender & { readonly answer: object }

export type KeptAdvice = AboutOffender & { readonly page: string; readonly isErased: boolean }

type Asked = {
  readonly id: string
  readonly question: object
  readonly adviceCourt: string
  readonly adviceFile: string
}

/** Whose stored positions were counted for it; null: nobody's. */
type AboutOffender = { readonly offenderId: string | null }

const columns = `id, label, made_at as "madeAt", map_id as "mapId", limits_version as "limitsVersion",
  answer ->> 'verdict' as verdict, ${epochMs('declined_at')} as "declinedAtMs", decline_reason as reason,
  (${madeOrder('o.id')}) as "orderId", (${madeOrder('o.reference')}) as "orderReference"`

function madeOrder(column: string): string {
  return `select ${column} from order_acts a join protection_orders o on o.id = a.protection_order_id
    where a.assessment_id = enforceability_assessments.id order by a.id desc limit 1`
}
