import type { CaseNoticeAct } from '../../core/orders/ban-notice.ts'
import { minuteMs } from '../../core/model/units.ts'
import { openOfficials } from '../cases/case-roles.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { timeText } from '../pg/time-text.ts'
import type { NoticeWork } from './notices-due.ts'
import type { Partner } from './partners.ts'

/**
 * Gives partners that were told of an order a notice of who leads the case now, whom the protected
 * person asks, a screening, and a move of somebody whom it names: one for each row, whoever put it
 * there. Call inside a transaction; concurrent callers take turns.
 */
export async function makeCaseNotices(tx: Db, { nowMs, limit }: NoticeWork): Promise<number> {
  await tx.query('select pg_advisory_xact_lock($1)', [advisoryLocks.partnerNotices])
  const { rows } = await tx.query<Untold>(
    `select t."partnerId", t."orderId", t.id, t.act, t.version ${untoldSql}
      order by t.at, t.id, t."partnerId" limit $1`,
    [limit],
  )
  for (const row of rows) {
    // Of the version that they were told of last: a newer one is told of by itself.
    await tx.query(
      `insert into partner_notices (partner_id, number, protection_order_id, order_version, act, made_at, receipt_due_at,
         next_attempt_at, partner_name, partner_kind, about_id)
       select p.id, (select coalesce(max(number), 0) + 1 from partner_notices where partner_id = p.id), $2, $3, $4,
              to_timestamp($5::float8 / 1000), to_timestamp(($5::float8 + p.receipt_within_minutes * ${minuteMs}) / 1000),
              case when p.url is not null then to_timestamp($5::float8 / 1000) end, p.name, p.kind, $6
         from partners p where p.id = $1`,
      [row.partnerId, row.orderId, row.version, row.act, nowMs, row.id],
    )
  }
  return rows.length
}

/** Without a transaction: nearly always nobody is to be told anything. */
export async function isCaseNoticeDue(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ readonly isDue: boolean }>({
    name: 'partner-cases-are-due',
    text: `select exists (select ${untoldSql}) as "isDue"`,
  })
  return rows[0]?.isDue === true
}

/**
 * Who is in the case as of a moment, as far as a partner of this kind needs it: of a screening only
 * the police hear, of a move nobody hears where from or where to, and whoever informs the protected
 * hears nothing of whom the order binds.
 */
export async function readCaseOf(db: Db, { orderId, kind, atMs }: CaseAsOf) {
  const [caseLead = null, contactPoint = null] = [
    await findHolder(db, { orderId, role: 'case-lead', atMs }),
    await findHolder(db, { orderId, role: 'contact-point', atMs }),
  ]
  const moves = await listMoves(db, { orderId, kind, atMs })
  if (kind !== 'police') return { caseLead, contactPoint, moves }
  return { caseLead, contactPoint, screening: await findScreening(db, orderId, atMs), moves }
}

type CaseAsOf = {
  readonly orderId: string
  readonly kind: Partner['kind']
  readonly atMs: number
}

type Untold = {
  readonly partnerId: string
  readonly orderId: string
  readonly id: string
  readonly act: CaseNoticeAct
  readonly version: number
}

/** Whom the order names as it is now, and on which side of it they are. */
const namedSql = (person: string): string => `case when ${person} = o.offender_id then 'offender'
  when exists (select from protection_order_versions v cross join lateral hoede_victims_in(v.body) as victim_id
    where v.protection_order_id = o.id and v.version = o.version and victim_id = ${person}) then 'protected' end`

/**
 * What no notice is of yet is found first, as nearly all has been told. What was there when a
 * partner was first told of the order came with that, but for what was being written in that
 * minute.
 */
const untoldSql = `from (
  with known as materialized (select partner_id, about_id from partner_notices where about_id is not null), untold as materialized (
    select p.id as "partnerId", p.kind, a."orderId", a.id, a.act, a.at, a."personId"
      from partners p join (
        select r.organisation_id, r.protection_order_id as "orderId", r.id, r."from" as at, null::uuid as "personId",
               case r.role when 'case-lead' then 'lead-named' else 'contact-named' end as act
          from case_roles r where r.until is null
        union all (select distinct on (s.protection_order_id) s.organisation_id, s.protection_order_id, s.id, s.kept_at, null, 'screened'
          from screenings s order by s.protection_order_id, s.kept_at desc, s.id desc)
        union all select r.organisation_id, r.protection_order_id, r.id, r.kept_at, r.person_id, 'moved' from relocations r
      ) a on a.organisation_id = p.organisation_id and (p.kind = 'police' or a.act <> 'screened')
     where p.kind in ('police', 'victim-information') and p.confirmed_at is not null and p.ended_at is null
       and not exists (select from known n where n.partner_id = p.id and n.about_id = a.id))
  select r.*, told.version from untold r join protection_orders o on o.id = r."orderId" and o.status <> 'ended'
    cross join lateral (select max(n.order_version) as version, min(n.made_at) filter (where n.number is not null) as "firstAt"
        from partner_notices n where n.partner_id = r."partnerId" and n.protection_order_id = o.id) told
   where r.at >= told."firstAt" - interval '1 minute' and case when r.act <> 'moved' then true
     else ${namedSql('r."personId"')} in ('protected', case when r.kind = 'police' then 'offender' end) end) t`

async function findHolder(
  db: Db,
  {
    orderId,
    role,
    atMs,
  }: { readonly orderId: string; readonly role: string; readonly atMs: number },
) {
  const { rows } = await db.query<Holder>(
    `select name, phone, stand_in_name as "standInName", stand_in_phone as "standInPhone"
       from case_roles where protection_order_id = $1 and role = $2 and "from" <= to_timestamp($3::float8 / 1000)
        and (until is null or until > to_timestamp($3::float8 / 1000)) order by "from" desc, id desc limit 1`,
    [orderId, role, atMs],
  )
  const [found] = await openOfficials(db, rows)
  if (found === undefined) return undefined
  const { name, phone, standInName, standInPhone } = found
  return { name, phone, standIn: { name: standInName, phone: standInPhone } }
}

type Holder = Parameters<typeof openOfficials>[1][number]

async function findScreening(db: Db, orderId: string, atMs: number) {
  const { rows } = await db.query<{
    readonly instrument: string
    readonly outcome: string
    readonly screenedAtMs: number
    readonly nextDueAtMs: number
  }>(
    `select instrument, outcome, ${epochMs('screened_at')} as "screenedAtMs", ${epochMs('next_due_at')} as "nextDueAtMs"
       from screenings where protection_order_id = $1 and kept_at <= to_timestamp($2::float8 / 1000)
      order by kept_at desc, id desc limit 1`,
    [orderId, atMs],
  )
  const [found] = rows
  if (found === undefined) return null
  const { instrument, nextDueAtMs, outcome, screenedAtMs } = found
  const [screenedAt, nextDueAt] = [timeText(screenedAtMs), timeText(nextDueAtMs)]
  return { instrument, outcome, screenedAt, nextDueAt }
}

/** The newest first. Who, and when; the addresses are nobody else's to know. */
async function listMoves(db: Db, { orderId, kind, atMs }: CaseAsOf) {
  const { rows } = await db.query<{
    readonly side: 'offender' | 'protected'
    readonly reference: string
    readonly movedAtMs: number
  }>(
    `select m.side, p.reference, m."movedAtMs" from (
       select r.id, r.person_id, ${namedSql('r.person_id')} as side, ${epochMs('r.moved_at')} as "movedAtMs", r.kept_at
         from relocations r join protection_orders o on o.id = r.protection_order_id
        where o.id = $1 and r.kept_at <= to_timestamp($2::float8 / 1000)) m
       join persons p on p.id = m.person_id
      where m.side in ('protected', case when $3 = 'police' then 'offender' end)
      order by m.kept_at desc, m.id desc limit 10`,
    [orderId, atMs, kind],
  )
  return rows.map(({ movedAtMs, ...move }) => ({ ...move, movedAt: timeText(movedAtMs) }))
}
