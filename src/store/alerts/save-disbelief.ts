import type { Effect } from '../../core/model/alert.ts'
import { maxOf, minOf } from '../../core/model/lists.ts'
import { isSamePlace, sealPlaces } from '../keys/sealed-places.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Puts on record the newest decisions on fixes: why one is not believed, or, without reasons, that
 * it is after all. Every decision stays, and the one learned last applies. One that changes nothing
 * is not written again, and a fix that was never doubted has no row.
 */
export async function saveDisbelief(db: Db, effects: readonly Effect[]): Promise<void> {
  const told = effects.filter((effect) => effect.type === 'fix-disbelieved')
  const decisions = await withoutNeverDoubted(db, told)
  if (decisions.length === 0) return
  const places = await sealPlaces(
    db,
    decisions.map((decision) => ({ ...decision, ownerId: decision.deviceId })),
  )
  const sealed = decisions.map(({ deviceId, recordedAtMs, reasons, learnedAtMs }, index) => {
    // Without a key it is of the whole moment.
    const place = places[index]?.place ?? null
    return { deviceId, recordedAtMs, reasons, learnedAtMs, place }
  })
  await db.query(saveDisbeliefSql, [JSON.stringify(sealed)])
}

/**
 * Judging a stretch again says of each of its thousands of fixes that it is believed. Of one that
 * neither the table nor this list doubts that changes nothing, and it is not even sealed.
 */
async function withoutNeverDoubted(
  db: Db,
  decisions: readonly Decision[],
): Promise<readonly Decision[]> {
  const believed = decisions.filter(({ reasons }) => reasons.length === 0)
  if (believed.length === 0) return decisions
  const times = believed.map(({ recordedAtMs }) => recordedAtMs)
  const { rows } = await db.query<{ readonly deviceId: string; readonly recordedAtMs: number }>({
    name: 'disbelief-of-devices',
    text: `select d.device_id as "deviceId", ${epochMs('d.recorded_at')} as "recordedAtMs"
             from disbelieved_fixes d where d.device_id = any($1::uuid[])
              and d.recorded_at between to_timestamp($2::float8 / 1000) and to_timestamp($3::float8 / 1000)`,
    values: [
      [...new Set(believed.map(({ deviceId }) => deviceId))],
      // A moment of the database has a thousand parts of a millisecond.
      minOf(times) - 1,
      maxOf(times) + 1,
    ],
  })
  const doubted = new Set(rows.map(momentOf))
  for (const decision of decisions) if (decision.reasons.length > 0) doubted.add(momentOf(decision))
  return decisions.filter((decision) => doubted.has(momentOf(decision)))
}

type Decision = Extract<Effect, { readonly type: 'fix-disbelieved' }>

/** To a millisecond: two fixes of one are both kept. */
function momentOf(of: { readonly deviceId: string; readonly recordedAtMs: number }): string {
  return `${of.deviceId} ${Math.round(of.recordedAtMs)}`
}

/** Of two decisions learned at one moment the later one in the list counts. */
const saveDisbeliefSql = `
with given as (
  select distinct on (device_id, recorded_at, place, learned_at) *
    from (
      select "deviceId" as device_id, to_timestamp("recordedAtMs" / 1000) as recorded_at, decode(place, 'hex') as place,
             null::float8 as longitude, null::float8 as latitude, reasons, to_timestamp("learnedAtMs" / 1000) as learned_at,
             ordinality
        from rows from (jsonb_to_recordset($1::jsonb) as (
          "deviceId" uuid, "recordedAtMs" float8, place text, reasons text[], "learnedAtMs" float8
        )) with ordinality
    ) listed
   order by device_id, recorded_at, place, learned_at, ordinality desc
), decided as (
  select given.*, coalesce(
           lag(reasons) over (partition by device_id, recorded_at, place order by learned_at),
           (select d.reasons from disbelieved_fixes d
             where d.device_id = given.device_id and d.recorded_at = given.recorded_at
               and ${isSamePlace('d', 'given')} and d.learned_at <= given.learned_at
             order by d.learned_at desc limit 1),
           '{}') as before
    from given
)
insert into disbelieved_fixes (device_id, recorded_at, place, reasons, learned_at)
select device_id, recorded_at, place, reasons, learned_at from decided where reasons <> before
on conflict (device_id, recorded_at, place, longitude, latitude, learned_at) do update set reasons = excluded.reasons`
