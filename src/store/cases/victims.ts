import type { TellingChannel, TellingTopic, Wishes } from '../../core/model/tell-victim.ts'
import { aboutTelling, openWords, sealWords } from '../keys/sealed-words.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { scopeOfPerson } from '../registry/person-phones.ts'
import { onlyRow } from '../registry/registry-rows.ts'

export async function keepConsent(tx: Db, made: Consent & { readonly personId: string }) {
  await tx.query(
    `insert into person_consents (person_id, is_given, at, kept_by) values ($1, $2, to_timestamp($3::float8 / 1000), $4)`,
    [made.personId, made.isGiven, made.atMs, made.keptBy],
  )
}

export async function keepWishes(tx: Db, made: KeptWishes & { readonly personId: string }) {
  await tx.query(
    `insert into person_wishes (person_id, channel, hours_from, hours_until, topics, language, at, kept_by)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000), $8)`,
    [
      made.personId,
      made.channel,
      made.hours?.from ?? null,
      made.hours?.until ?? null,
      made.topics,
      made.language,
      made.atMs,
      made.keptBy,
    ],
  )
}

/** Those that held at a moment; null: nobody had asked. */
export async function findWishes(
  db: Db,
  personId: string,
  atMs: number,
): Promise<KeptWishes | null> {
  const { rows } = await db.query<KeptWishes>(
    `select channel, case when hours_from is not null
              then jsonb_build_object('from', hours_from, 'until', hours_until) end as hours,
            topics, language, ${epochMs('at')} as "atMs", kept_by as "keptBy"
       from person_wishes where person_id = $1 and at <= to_timestamp($2::float8 / 1000) order by id desc limit 1`,
    [personId, atMs],
  )
  return rows[0] ?? null
}

/** The newest first: each is kept, the first of them holds. */
export async function listConsents(db: Db, personId: string): Promise<readonly Consent[]> {
  const { rows } = await db.query<Consent>(
    `select is_given as "isGiven", ${epochMs('at')} as "atMs", kept_by as "keptBy"
       from person_consents where person_id = $1 order by at desc, id desc limit 50`,
    [personId],
  )
  return rows
}

export async function carriesDevice(db: Db, personId: string, nowMs: number): Promise<boolean> {
  const { rows } = await db.query(
    `select from device_assignments where person_id = $1 and valid_from <= to_timestamp($2::float8 / 1000)
        and (valid_until is null or valid_until > to_timestamp($2::float8 / 1000)) limit 1`,
    [personId, nowMs],
  )
  return rows.length > 0
}

/** Nobody else keeps a telling of them meanwhile: the second of two sees the first. */
export async function lockTellings(tx: Db, personId: string): Promise<void> {
  await tx.query('select from persons where id = $1 for update', [personId])
}

export async function keepTelling(
  tx: Db,
  made: Omit<Telling, 'id' | 'wasFalse'> & { readonly personId: string },
): Promise<string> {
  const [scope, about] = [scopeOfPerson(made.personId), aboutTelling(made.personId)]
  const { rows } = await tx.query<{ readonly id: string }>(
    `insert into person_tellings (person_id, alert_id, topic, channel, text, ground, outside_wishes, reason, outcome, at, told_by,
       told_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10::float8 / 1000), $11, to_timestamp($12::float8 / 1000))
     returning id`,
    [
      made.personId,
      made.alertId,
      made.topic,
      made.channel,
      (await sealWords(tx, scope, about, made.text)) ?? '',
      made.ground,
      made.outsideWishes,
      await sealWords(tx, scope, about, made.reason),
      made.outcome,
      made.atMs,
      made.toldBy,
      made.toldAtMs,
    ],
  )
  return onlyRow(rows).id
}

/** Last told first; whether it was told in vain is known once its alert is closed. */
export async function listTellings(db: Db, personId: string): Promise<readonly Telling[]> {
  const { rows } = await db.query<Telling>(
    `select t.id, t.alert_id as "alertId", t.topic, t.channel, t.text, t.ground, t.outside_wishes as "outsideWishes",
            t.reason, t.outcome, ${epochMs('t.at')} as "atMs", t.told_by as "toldBy",
            ${epochMs('coalesce(t.told_at, t.at)')} as "toldAtMs",
            case when a.status = 'closed' then a.outcome in ('false-alarm', 'device-fault', 'test') end as "wasFalse"
       from person_tellings t left join alerts a on a.id = t.alert_id
      where t.person_id = $1 order by coalesce(t.told_at, t.at) desc, t.id desc limit 100`,
    [personId],
  )
  const about = (): string => aboutTelling(personId)
  return await openWords(db, await openWords(db, rows, 'text', about), 'reason', about)
}

/** Orders that protect somebody by name and run. */
export async function listOrdersProtecting(
  db: Db,
  personId: string,
): Promise<readonly ProtectingOrder[]> {
  const { rows } = await db.query<ProtectingOrder>(
    `select o.id, o.reference, o.offender_id as "offenderId", ban ->> 'id' as "proximityBanId"
       from protection_orders o
       join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
      cross join jsonb_path_query(v.body, '$.proximityBans[*]') as ban
      where o.status <> 'ended' and ban ->> 'victimId' = $1::uuid::text order by o.id`,
    [personId],
  )
  return rows
}

/** Those that did and have ended, of each person they bound the last one. */
export async function listOrdersThatProtected(
  db: Db,
  personId: string,
): Promise<readonly ProtectingOrder[]> {
  const { rows } = await db.query<ProtectingOrder>(
    `select distinct on (o.offender_id) o.id, o.reference, o.offender_id as "offenderId", ban ->> 'id' as "proximityBanId"
       from protection_orders o
       join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
      cross join jsonb_path_query(v.body, '$.proximityBans[*]') as ban
      where o.status = 'ended' and ban ->> 'victimId' = $1::uuid::text order by o.offender_id, o.changed_at desc, o.id`,
    [personId],
  )
  return rows
}

/** Who carries a device now; null: nobody, or not somebody who is protected. */
export async function findBearer(db: Db, deviceId: string, nowMs: number): Promise<string | null> {
  const { rows } = await db.query<{ readonly id: string }>(
    `select p.id from device_assignments a join persons p on p.id = a.person_id and p.role = 'victim'
      where a.device_id = $1 and a.valid_from <= to_timestamp($2::float8 / 1000)
        and (a.valid_until is null or a.valid_until > to_timestamp($2::float8 / 1000)) limit 1`,
    [deviceId, nowMs],
  )
  return rows[0]?.id ?? null
}

export type ProtectingOrder = {
  readonly id: string
  readonly reference: string
  readonly offenderId: string
  readonly proximityBanId: string
}

export type Consent = { readonly isGiven: boolean; readonly atMs: number; readonly keptBy: string }

export type KeptWishes = Wishes & {
  readonly atMs: number
  readonly keptBy: string
}

export type Telling = {
  readonly id: string
  readonly alertId: string | null
  readonly topic: TellingTopic
  readonly channel: TellingChannel
  readonly text: string
  readonly ground: 'desk' | 'rule'
  readonly outsideWishes: readonly string[]
  readonly reason: string | null
  readonly outcome: 'reached' | 'sent' | 'no-answer'
  readonly toldAtMs: number
  /** When it was kept: at once, or once somebody came to it. */
  readonly atMs: number
  readonly toldBy: string
  readonly wasFalse: boolean | null
}
