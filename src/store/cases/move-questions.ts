import type { MoveAnswer, MoveReason, MoveSubject } from '../../core/model/contract-words.ts'
import { moveAnsweredWithinHours, type MoveQuestion } from '../../core/orders/ask-about-move.ts'
import { hourMs } from '../../core/model/units.ts'
import type { Audience } from '../../core/model/order-terms.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/** Asks the case lead from this moment on: rows, each with its deadline. */
export async function insertMoveQuestions(
  tx: Db,
  of: {
    readonly protectionOrderId: string
    readonly orderVersion: number
    readonly relocationId: string
    readonly nowMs: number
  },
  questions: readonly MoveQuestion[],
): Promise<void> {
  const dueAtMs = of.nowMs + moveAnsweredWithinHours * hourMs
  await tx.query(
    `insert into relocation_questions (protection_order_id, relocation_id, about, because, subject_id, place_index, audience,
       answer_within_hours, due_at, ask_at, asked_count, last_asked_at, order_version)
     select $1, $2, about, because, "subjectId", "placeIndex", 'case-lead', $3, to_timestamp($4::float8 / 1000),
       to_timestamp($4::float8 / 1000), 1, to_timestamp($5::float8 / 1000), $7
       from jsonb_to_recordset($6::jsonb) as q(about text, because text, "subjectId" uuid, "placeIndex" int)`,
    [
      of.protectionOrderId,
      of.relocationId,
      moveAnsweredWithinHours,
      dueAtMs,
      of.nowMs,
      JSON.stringify(questions),
      of.orderVersion,
    ],
  )
}

/** Those of one order, of one move, or all that wait; by id. */
export async function listMoveQuestions(
  db: Db,
  query: {
    readonly orderId: string | null
    readonly relocationId?: string
    readonly isOpenOnly: boolean
    readonly afterId: string | null
    readonly limit: number
  },
): Promise<readonly MoveQuestionRow[]> {
  const { rows } = await db.query<MoveQuestionRow>(
    `${questions} where ($1::uuid is null or q.protection_order_id = $1)
        and (not $2 or (q.answered_at is null and q.over_at is null)) and ($3::uuid is null or q.id > $3)
        and ($5::uuid is null or q.relocation_id = $5) order by q.id limit $4`,
    [query.orderId, query.isOpenOnly, query.afterId, query.limit, query.relocationId ?? null],
  )
  return rows
}

export async function findMoveQuestion(db: Db, id: string): Promise<MoveQuestionRow | null> {
  const { rows } = await db.query<MoveQuestionRow>(`${questions} where q.id = $1`, [id])
  return rows[0] ?? null
}

export async function findMoveQuestionForUpdate(
  tx: Db,
  id: string,
): Promise<MoveQuestionRow | null> {
  const { rows } = await tx.query<MoveQuestionRow>(`${questions} where q.id = $1 for update of q`, [
    id,
  ])
  return rows[0] ?? null
}

export async function answerMoveQuestion(
  tx: Db,
  id: string,
  answer: {
    readonly answer: MoveAnswer
    readonly by: string
    readonly note: string
    readonly nowMs: number
  },
): Promise<void> {
  await tx.query(
    `update relocation_questions set answer = $2, answered_by = $3, note = $4, answered_at = to_timestamp($5::float8 / 1000)
      where id = $1`,
    [id, answer.answer, answer.by, answer.note, answer.nowMs],
  )
}

export type MoveQuestionRow = {
  readonly id: string
  readonly protectionOrderId: string
  readonly reference: string
  readonly relocationId: string
  readonly personId: string
  readonly about: MoveSubject
  readonly because: MoveReason
  readonly subjectId: string | null
  readonly placeIndex: number | null
  readonly audience: Audience
  readonly answerWithinHours: number
  readonly askedAtMs: number
  readonly dueAtMs: number
  readonly askedCount: number
  readonly isOver: boolean
  readonly answer: MoveAnswer | null
  readonly answeredBy: string | null
  readonly answeredAtMs: number | null
  readonly note: string | null
  /** Of which version of the order it was asked. */
  readonly orderVersion: number
  readonly isLinkEnded: boolean
}

const questions = `select q.id, q.protection_order_id as "protectionOrderId", o.reference, q.relocation_id as "relocationId",
    m.person_id as "personId", q.about, q.because, q.subject_id as "subjectId", q.place_index as "placeIndex", q.audience,
    q.answer_within_hours as "answerWithinHours", ${epochMs('q.due_at')} - q.answer_within_hours * ${hourMs} as "askedAtMs", ${epochMs('q.due_at')} as "dueAtMs",
    q.asked_count as "askedCount", q.over_at is not null or o.status = 'ended' as "isOver", q.answer,
    q.answered_by as "answeredBy", ${epochMs('q.answered_at')} as "answeredAtMs", q.note,
    coalesce(q.order_version, 1) as "orderVersion",
    exists (select from household_links l where l.id = q.subject_id and l.until is not null) as "isLinkEnded"
  from relocation_questions q join protection_orders o on o.id = q.protection_order_id
  join relocations m on m.id = q.relocation_id`
