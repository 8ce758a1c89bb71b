import type { HouseholdRelation } from '../../core/model/contract-words.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { scopeOfCase } from '../keys/sealed-orders.ts'
import { openTexts, sealText } from '../keys/sealed-text.ts'
import { makeIds } from '../registry/protection-orders.ts'
import { onlyRow } from '../registry/registry-rows.ts'

/** Somebody of the case lives with somebody, from a moment on. Gives the id. */
export async function insertHouseholdLink(tx: Db, link: NewHouseholdLink): Promise<string> {
  const id = (await makeIds(tx, 1))[0] ?? ''
  const scope = scopeOfCase(link.protectionOrderId)
  const { memberReference } = link
  const { rows } = await tx.query<{ readonly id: string }>(
    `insert into household_links (id, protection_order_id, person_id, member_id, member_reference, relation, since,
       kept_by, kept_at)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000), $8, to_timestamp($9::float8 / 1000)) returning id`,
    [
      id,
      link.protectionOrderId,
      link.personId,
      link.memberId,
      memberReference === null ? null : await sealText(tx, scope, aboutMember(id), memberReference),
      link.relation,
      link.sinceMs,
      link.keptBy,
      link.keptAtMs,
    ],
  )
  return onlyRow(rows).id
}

/** It is no longer so, from a moment on; null: it was over, or there is none. */
export async function endHouseholdLink(
  tx: Db,
  link: { readonly id: string; readonly untilMs: number; readonly by: string },
): Promise<string | null> {
  const { rows } = await tx.query<{ readonly orderId: string }>(
    `update household_links set until = to_timestamp($2::float8 / 1000), ended_by = $3
      where id = $1 and until is null returning protection_order_id as "orderId"`,
    [link.id, link.untilMs, link.by],
  )
  return rows[0]?.orderId ?? null
}

/** The newest first; those that are over too. */
export async function listHouseholdLinks(
  db: Db,
  orderId: string,
): Promise<readonly HouseholdLink[]> {
  const { rows } = await db.query<HouseholdLink>(
    `${links} where protection_order_id = $1 order by since desc, id desc limit 200`,
    [orderId],
  )
  return await openLinks(db, rows)
}

export async function getHouseholdLink(db: Db, id: string): Promise<HouseholdLink> {
  const { rows } = await db.query<HouseholdLink>(`${links} where id = $1`, [id])
  return onlyRow(await openLinks(db, rows))
}

const links = `select id, protection_order_id as "protectionOrderId", person_id as "personId", member_id as "memberId",
    member_reference as "memberReference", relation, ${epochMs('since')} as "sinceMs",
    ${epochMs('until')} as "untilMs", kept_by as "keptBy", ${epochMs('kept_at')} as "keptAtMs" from household_links`

async function openLinks(
  db: Db,
  rows: readonly HouseholdLink[],
): Promise<readonly HouseholdLink[]> {
  const told = await openTexts(
    db,
    rows.map(({ id, memberReference }) => ({
      text: memberReference ?? '',
      about: aboutMember(id),
    })),
  )
  return rows.map((row, place) => ({
    ...row,
    memberReference: row.memberReference === null ? null : (told[place] ?? null),
  }))
}

/** Those that hold now and name somebody, on either side. */
export async function listLinksOfPerson(
  db: Db,
  orderId: string,
  personId: string,
): Promise<readonly { readonly id: string }[]> {
  const { rows } = await db.query<{ readonly id: string }>(
    `select id from household_links where protection_order_id = $1 and until is null and $2::uuid in (person_id, member_id)
      order by id`,
    [orderId, personId],
  )
  return rows
}

/** Who lives with any of these people now and is registered, in whichever case that is kept. */
export async function listHousemates(
  db: Db,
  personIds: readonly string[],
  /** Null: as far as the caller sees. */
  organisationId: string | null = null,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ readonly id: string }>(
    `with links as (select person_id, member_id from household_links
        where until is null and member_id is not null and ($2::uuid is null or organisation_id = $2))
     select member_id as id from links where person_id = any($1::uuid[])
     union select person_id from links where member_id = any($1::uuid[]) order by id`,
    [personIds, organisationId],
  )
  return rows.map(({ id }) => id).filter((id) => !personIds.includes(id))
}

export type HouseholdLink = {
  readonly id: string
  readonly protectionOrderId: string
  readonly personId: string
  /** Somebody registered; null: by reference. */
  readonly memberId: string | null
  readonly memberReference: string | null
  readonly relation: HouseholdRelation
  readonly sinceMs: number
  /** Null: it is so now. */
  readonly untilMs: number | null
  readonly keptBy: string
  readonly keptAtMs: number
}

type NewHouseholdLink = Omit<HouseholdLink, 'id' | 'untilMs'>

export function aboutMember(id: string): string {
  return `household/${id}/member`
}
