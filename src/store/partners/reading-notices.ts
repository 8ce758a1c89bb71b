import type { ReadingAct } from '../../core/orders/ban-notice.ts'
import { hourMs, minuteMs } from '../../core/model/units.ts'
import { cloudEventSource, type CloudEvent } from '../alerts/cloud-event.ts'
import { listReadingsOutside } from '../alerts/readings-outside.ts'
import { findBreakGlass, type BreakGlass } from '../people/break-glass.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import type { Db } from '../pg/pool.ts'
import { timeText } from '../pg/time-text.ts'
import type { NoticeSubject, PartnerNotice } from './notices.ts'
import type { NoticeWork } from './notices-due.ts'

/**
 * Gives whoever looks after the protection of data a notice of each look behind glass when it is
 * asked, opened and read, and one of each hour in which positions were read that nothing at hand
 * asked for. From the rows alone, since they were confirmed. Call inside a transaction; concurrent
 * callers take turns.
 */
export async function makeReadingNotices(tx: Db, work: NoticeWork): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [advisoryLocks.partnerNotices])
  const { rows } = await tx.query<UntoldGlass>(
    `select p.id as "partnerId", b.id as "breakGlassId", ${act} as act ${untoldGlasses} order by b.id, p.id limit $1`,
    [work.limit],
  )
  for (const row of rows) await insertNotice(tx, work.nowMs, { ...row, ...noReadings })
  await makeNoticesOfHours(tx, work)
}

/** Without a transaction: nearly always there is nothing to tell. */
export async function isReadingNoticeDue(db: Db, nowMs: number): Promise<boolean> {
  const { rows } = await db.query<{ readonly isDue: boolean }>({
    name: 'partner-readings-are-due',
    text: `select exists (select ${untoldGlasses}) or exists (select ${hoursUntold}) as "isDue"`,
    values: [lastHourMs(nowMs)],
  })
  return rows[0]?.isDue === true
}

type UntoldGlass = Pick<NewNotice, 'partnerId' | 'breakGlassId' | 'act'>

const act = `case when b.read_count > 0 then 'glass-read' when b.confirmed_at is not null then 'glass-opened' else 'glass-asked' end`

const officer = `p.kind = 'data-protection' and p.confirmed_at is not null and p.ended_at is null`

const untoldGlasses = `from partners p join break_glasses b on b.organisation_id = p.organisation_id
  where ${officer} and b.asked_at >= p.confirmed_at and not exists (
    select from partner_notices n where n.partner_id = p.id and n.break_glass_id = b.id and n.act = ${act})`

/** What was read is told when the hour is over, and all that began in it has been put down. */
function lastHourMs(nowMs: number): number {
  return Math.floor((nowMs - settledMs) / hourMs) * hourMs
}

const settledMs = 5 * minuteMs

const toldUntil = `coalesce((select max(n.readings_until) from partner_notices n where n.partner_id = p.id), p.confirmed_at)`

const hoursUntold = `from partners p where ${officer} and ${toldUntil} < to_timestamp($1::float8 / 1000)`

async function makeNoticesOfHours(tx: Db, { limit, nowMs }: NoticeWork): Promise<void> {
  const untilMs = lastHourMs(nowMs)
  const { rows } = await tx.query<HoursUntold>(
    `select p.id as "partnerId", p.organisation_id as "organisationId",
            extract(epoch from ${toldUntil})::float8 * 1000 as "fromMs" ${hoursUntold} order by p.id limit $2`,
    [untilMs, limit],
  )
  for (const { fromMs, organisationId, partnerId } of rows) {
    const asked = { organisationId, fromMs, untilMs, limit: 1 }
    const isQuiet = (await listReadingsOutside(tx, asked)).length === 0
    if (isQuiet && (await passOver(tx, partnerId, untilMs))) continue
    await insertNotice(tx, nowMs, {
      partnerId,
      breakGlassId: null,
      act: 'read-outside',
      fromMs,
      untilMs,
      isQuiet,
    })
  }
}

type HoursUntold = {
  readonly partnerId: string
  readonly organisationId: string
  readonly fromMs: number
}

/** Quiet hours after each other are one row without a number, and nobody is told of it. */
async function passOver(tx: Db, partnerId: string, untilMs: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update partner_notices set readings_until = to_timestamp($2::float8 / 1000) where number is null and id = (
       select id from partner_notices where partner_id = $1 and readings_from is not null
        order by readings_from desc limit 1)`,
    [partnerId, untilMs],
  )
  return rowCount === 1
}

async function insertNotice(tx: Db, nowMs: number, notice: NewNotice): Promise<void> {
  await tx.query(
    `insert into partner_notices (organisation_id, partner_id, number, break_glass_id, readings_from, readings_until, act,
       made_at, receipt_due_at, next_attempt_at, stage, partner_name, partner_kind)
     select p.organisation_id, p.id,
            case when not $7 then (select coalesce(max(number), 0) + 1 from partner_notices where partner_id = $1) end,
            $2, to_timestamp($3::float8 / 1000), to_timestamp($4::float8 / 1000), $5, to_timestamp($6::float8 / 1000),
            to_timestamp(($6::float8 + p.receipt_within_minutes * ${minuteMs}) / 1000),
            case when p.url is not null and not $7 then to_timestamp($6::float8 / 1000) end,
            case when $7 then 'over' end, p.name, p.kind
       from partners p where p.id = $1`,
    [
      notice.partnerId,
      notice.breakGlassId,
      notice.fromMs,
      notice.untilMs,
      notice.act,
      nowMs,
      notice.isQuiet,
    ],
  )
}

type NewNotice = {
  readonly partnerId: string
  readonly breakGlassId: string | null
  readonly act: ReadingAct
  readonly fromMs: number | null
  readonly untilMs: number | null
  readonly isQuiet: boolean
}

const noReadings = { fromMs: null, untilMs: null, isQuiet: false } as const

/**
 * By ids alone: no place, and none of the words with which somebody asked, in which one may stand.
 * How a look behind glass is now, also where the notice is of before.
 */
export async function readReadingEvent(
  db: Db,
  { notice, oin, partner }: NoticeSubject,
): Promise<{ readonly event: CloudEvent; readonly personIds: readonly string[] }> {
  const { breakGlassId } = notice
  const glass = breakGlassId === null ? null : await findBreakGlass(db, breakGlassId)
  const outside = await readOutside(db, notice, partner.organisationId)
  const event: CloudEvent = {
    specversion: '1.0',
    id: notice.id,
    source: cloudEventSource(oin, 'hoede-readings'),
    type: `nl.hoede.readings.${notice.act}`,
    subject: breakGlassId ?? partner.organisationId,
    time: timeText(notice.madeAtMs),
    sequence: String(notice.number).padStart(19, '0'),
    datacontenttype: 'application/json',
    data: {
      noticeId: notice.id,
      number: notice.number,
      act: notice.act,
      reminderCount: notice.askedCount,
      receiptBy: timeText(notice.receiptDueAtMs),
      ...(glass === null ? {} : { breakGlass: tellGlass(glass) }),
      ...(outside === null ? {} : { outside }),
    },
  }
  return { event, personIds: glass === null ? [] : [glass.personId] }
}

function tellGlass(glass: BreakGlass) {
  return {
    id: glass.id,
    personId: glass.personId,
    askedBy: glass.askedBy,
    askedAt: timeText(glass.askedAtMs),
    expiresAt: timeText(glass.expiresAtMs),
    confirmedBy: glass.confirmedBy,
    confirmedAt: textOrNull(glass.confirmedAtMs),
    openUntil: textOrNull(glass.openUntilMs),
    readCount: glass.readCount,
    lastReadAt: textOrNull(glass.lastReadAtMs),
  }
}

async function readOutside(
  db: Db,
  { readingsFromMs: fromMs, readingsUntilMs: untilMs }: PartnerNotice,
  organisationId: string,
) {
  if (fromMs === null || untilMs === null) return null
  const limit = readingCountMax + 1
  const rows = await listReadingsOutside(db, { organisationId, fromMs, untilMs, limit })
  return {
    from: timeText(fromMs),
    until: timeText(untilMs),
    truncated: rows.length > readingCountMax,
    items: rows
      .slice(0, readingCountMax)
      .map(({ atMs, ...row }) => ({ ...row, at: timeText(atMs) })),
  }
}

function textOrNull(ms: number | null): string | null {
  return ms === null ? null : timeText(ms)
}

/** Within the 64 KB of the profile, each about six people. */
const readingCountMax = 100
