import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { saveDisbelief } from '../../../src/store/alerts/save-disbelief.ts'
import { listTrackFixes } from '../../../src/store/alerts/track-rows.ts'
import { scopeOfDay } from '../../../src/store/keys/day-keys.ts'
import { sealHistory } from '../../../src/store/keys/seal-history.ts'
import { openPlaces, sealPlaces, type SealedPlace } from '../../../src/store/keys/sealed-places.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const dayMs = 86_400_000
const firstMs = Date.UTC(2026, 4, 3, 12)
const at = (recordedAtMs: number) => ({
  ownerId: randomUUID(),
  recordedAtMs,
  longitude: 5.8713642,
  latitude: 52.3197458,
  speedMetersPerSecond: 1.5,
})
const stored = (
  place: { readonly ownerId: string; readonly recordedAtMs: number },
  sealed: SealedPlace | null | undefined,
) => ({
  ...place,
  place: Buffer.from(sealed?.place ?? '', 'hex'),
  motion: Buffer.from(sealed?.motion ?? '', 'hex'),
  plainLongitude: null,
  plainLatitude: null,
})

it('a day whose key was destroyed, and one whose key somebody touched, are gaps with a name, and a spare key takes what comes after', async () => {
  const { keys, pool } = database
  const rows = [at(firstMs), at(firstMs + dayMs), at(firstMs + 2 * dayMs)]
  const sealed = await sealPlaces(pool, rows)
  const [destroyed, touched] = [0, 1].map((day) => scopeOfDay('positions', firstMs + day * dayMs))
  await pool.query('update data_keys set wrapped = null, destroyed_at = now() where scope = $1', [
    destroyed,
  ])
  await pool.query(`update data_keys set wrapped = '\\x0102' where scope = $1`, [touched])
  keys.forget([destroyed ?? '', touched ?? ''])
  const again = rows.map((row, index) => stored(row, sealed[index]))
  expect((await openPlaces(pool, again)).map(({ gap, latitude }) => gap ?? latitude)).toEqual([
    'erased',
    'unreadable',
    52.3197458,
  ])
  const anew = await sealPlaces(pool, rows)
  expect(anew.map((one) => one?.place.slice(0, 2))).toEqual(['01', '01', '00'])
  const opened = await openPlaces(
    pool,
    rows.map((row, index) => stored(row, anew[index])),
  )
  expect(opened.map(({ gap, latitude, motion }) => [gap, latitude, motion[0]])).toEqual(
    rows.map(() => [null, 52.3197458, 1.5]),
  )
})

it('what lay open is sealed in pieces, once, and read the same before and after', async () => {
  const { pool } = database
  const [deviceId, personId] = [randomUUID(), randomUUID()]
  const vendorId = randomUUID()
  await pool.query(
    `insert into vendors (id, name) values ('${vendorId}', 'V');
     insert into persons (id, role, reference) values ('${personId}', 'offender', 'R');
     insert into devices (id, organisation_id, vendor_id, serial_number, kind, report_interval_seconds)
       select '${deviceId}', id, '${vendorId}', 'S', 'ankle-monitor', 60 from organisations limit 1;
     insert into device_assignments (device_id, person_id, valid_from) values ('${deviceId}', '${personId}', '2020-01-01');
     insert into fixes (device_id, recorded_at, received_at, longitude, latitude, speed_meters_per_second, journal_id)
       select '${deviceId}', '2026-06-01T00:00:00Z'::timestamptz + n * interval '1 second', now(), 5 + n / 7.0, 52.1, n / 3.0, n
         from generate_series(1, 2500) as n;
     insert into disbelieved_fixes (device_id, recorded_at, longitude, latitude, reasons)
       select device_id, recorded_at, longitude, latitude, '{teleport}' from fixes where journal_id = 2500`,
  )
  const read = () =>
    listTrackFixes(pool, { personId, fromMs: 0, untilMs: Date.UTC(2027, 0), limit: 3_000 })
  const before = await read()
  expect(before).toHaveLength(2500)
  expect(await sealHistory(pool)).toBe(2501)
  expect(await sealHistory(pool)).toBe(0)
  const after = await read()
  expect(after.map(({ motion: _motion, ...fix }) => fix)).toEqual(
    before.map(({ motion: _motion, ...fix }) => fix),
  )
  expect(after[0]?.disbelief).toEqual(['teleport'])
  const { rows } = await pool.query(
    `select count(*)::int as open from fixes where longitude is not null or speed_meters_per_second is not null`,
  )
  expect(rows).toEqual([{ open: 0 }])
})

it('a decision that lay open and was made anew since, at one moment, is sealed once, as it was made last', async () => {
  const { pool } = database
  const fix = { deviceId: randomUUID(), recordedAtMs: firstMs, longitude: 5, latitude: 52 }
  await pool.query(
    `insert into disbelieved_fixes (device_id, recorded_at, longitude, latitude, reasons, learned_at)
     values ($1, to_timestamp($2::float8 / 1000), 5, 52, '{teleport}', to_timestamp($2::float8 / 1000))`,
    [fix.deviceId, firstMs],
  )
  await saveDisbelief(pool, [
    { type: 'fix-disbelieved', ...fix, reasons: ['future-clock'], learnedAtMs: firstMs },
  ])
  await sealHistory(pool)
  const { rows } = await pool.query(
    'select reasons, longitude from disbelieved_fixes where device_id = $1',
    [fix.deviceId],
  )
  expect(rows).toEqual([{ reasons: ['future-clock'], longitude: null }])
})
