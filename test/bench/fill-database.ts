import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { RegistryChange } from '../../src/core/model/registry.ts'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/embedded.ts'
import { openMasterKeys } from '../../src/master-key.ts'
import { openDataKeys } from '../../src/store/keys/open-keys.ts'
import { sealChange } from '../../src/store/keys/sealed-changes.ts'
import { encodeFixes, encodeRegistryChange } from '../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../src/store/journal/journal-kinds.ts'
import { migrate } from '../../src/store/pg/migrate.ts'
import { connect } from '../../src/store/pg/pool.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { benchStartMs, createCountry, nextRound, type Country, type Walker } from './country.ts'

/**
 * Fills the database of an empty data folder in sets, as years of use would have: a seeded country
 * with its history, registered and in the journal, one row a fix, none of them near a ban.
 */
export async function fillDataFolder(dataDir: string, size: CountrySize): Promise<void> {
  const log = createSilentLog()
  const postgres = await startEmbeddedPostgres({ dataDir, log })
  const none = { masterKey: null, masterKeyCommand: null, databaseUrl: null }
  const masters = await openMasterKeys({ ...none, dataDir })
  const owner = await connect(postgres.url, { log })
  await migrate(owner).finally(async () => await owner.end())
  const opened = await openDataKeys(postgres.url, { masters, log })
  const pool = await connect(postgres.url, { log, keys: opened.keys })
  try {
    const country = createCountry({ orderCount: size.orderCount, seed: 1 })
    const startMs = Date.now() - size.roundCount * roundMs
    await insertRegistry(pool, country, startMs)
    for (const walker of country.walkers) moveAway(walker)
    for (let round = 0; round < size.roundCount; round += 1) {
      await appendRound(pool, { country, round, startMs })
    }
    // What is in the journal has long been copied to the history.
    await pool.query(
      `insert into journal_positions (reader, shard, journal_id) select 'history', 0, max(id) from journal`,
    )
    await pool.query('analyze')
  } finally {
    await pool.end()
    await opened.close()
    await postgres.stop()
  }
}

export type CountrySize = { readonly orderCount: number; readonly roundCount: number }

/**
 * Appends one more fix of each of so many offenders' devices, where each was last seen, as the
 * intake does: what is of long ago waits for the turn of its vendor.
 */
export async function appendFixes(pool: Queries, more: MoreFixes): Promise<void> {
  const receivedAtMs = Date.now()
  const places = await pool.query(
    `select a.device_id as "deviceId", d.vendor_id as "vendorId", s.longitude, s.latitude
       from latest_sightings s join device_assignments a on a.person_id = s.person_id join devices d on d.id = a.device_id
      order by md5(s.person_id::text || ${receivedAtMs}) limit ${more.deviceCount}`,
  )
  for (const [vendorId, ofVendor] of Map.groupBy(places, (place) => String(place['vendorId']))) {
    for (let start = 0; start < ofVendor.length; start += fixesInRow) {
      const fixes = ofVendor.slice(start, start + fixesInRow).map((place) => ({
        ...blankFix,
        deviceId: String(place['deviceId']),
        recordedAtMs: receivedAtMs - more.ageMs,
        receivedAtMs,
        longitude: Number(place['longitude']),
        latitude: Number(place['latitude']),
        sequence: null,
      }))
      const payload = `'\\x${encodeFixes(fixes).toString('hex')}'::bytea`
      const row = `0::smallint, ${journalKinds.fixes}::smallint`
      await pool.query(
        more.ageMs > historyMs
          ? `select journal_append_in_turn(${row}, 2::smallint, '${vendorId}', array[${fixes.length}], array[${payload}])`
          : `select journal_append(${row}, ${fixes.length}, ${payload})`,
      )
    }
  }
}

type Queries = { readonly query: (text: string) => Promise<readonly Record<string, unknown>[]> }

export type MoreFixes = { readonly deviceCount: number; readonly ageMs: number }

/** As the intake makes them. */
const fixesInRow = 250
/** Of longer ago is history. */
const historyMs = 600_000
const roundMs = 600_000

const blankFix = {
  accuracyMeters: 12,
  speedMetersPerSecond: 1.4,
  headingDegrees: null,
  source: 'gnss',
  hdop: 1.1,
  satellites: 9,
  batteryFraction: 0.8,
} as const

/** 7 km east: neither a ban nor a victim is near. */
function moveAway(walker: Walker): void {
  if (walker.personId.startsWith('offender')) walker.longitude += 0.1
}

async function insertRegistry(pool: pg.Pool, country: Country, startMs: number): Promise<void> {
  const changes: RegistryChange[] = []
  // As the server stores them: the areas of an order are sealed.
  for (const change of country.changes) changes.push(await sealChange(pool, withUuids(change)))
  const of = (pick: (change: RegistryChange) => unknown): string =>
    JSON.stringify(changes.map(pick).filter((found) => found !== null))
  const at = (column: string): string => `to_timestamp((r ->> '${column}')::float8 / 1000)`
  const statements: readonly (readonly [sql: string, json: string])[] = [
    [
      `insert into vendors (id, name) select (r ->> 'id')::uuid, r ->> 'name'`,
      of((change) => (change.type === 'vendor' ? change.vendor : null)),
    ],
    [
      `insert into persons (id, role, reference) select (r ->> 'id')::uuid, r ->> 'role', r ->> 'reference'`,
      of((change) => (change.type === 'person' ? change.person : null)),
    ],
    [
      `insert into devices (id, vendor_id, serial_number, kind, report_interval_seconds)
       select (r ->> 'id')::uuid, (r ->> 'vendorId')::uuid, r ->> 'serialNumber', r ->> 'kind', (r ->> 'reportIntervalSeconds')::int`,
      of((change) => (change.type === 'device' ? change.device : null)),
    ],
    [
      `insert into device_assignments (id, device_id, person_id, valid_from)
       select (r ->> 'id')::uuid, (r ->> 'deviceId')::uuid, (r ->> 'personId')::uuid, ${at('validFromMs')}`,
      of((change) => (change.type === 'device-assignment' ? change.deviceAssignment : null)),
    ],
    [
      `insert into protection_orders (id, reference, legal_basis, offender_id, valid_from, valid_until)
       select (r ->> 'id')::uuid, r ->> 'reference', r ->> 'legalBasis', (r ->> 'offenderId')::uuid,
              ${at('validFromMs')}, ${at('validUntilMs')}`,
      of((change) => (change.type === 'protection-order' ? change.protectionOrder : null)),
    ],
    [
      `insert into protection_order_versions (protection_order_id, version, body)
       select (r ->> 'id')::uuid, 1, r`,
      of((change) => (change.type === 'protection-order' ? change.protectionOrder : null)),
    ],
  ]
  for (const [sql, json] of statements) {
    await pool.query(`${sql} from jsonb_array_elements($1::jsonb) as r`, [json])
  }
  const rows = changes.map((change) => ({
    kind: journalKinds.registryChange,
    payload: encodeRegistryChange(change),
    atMs: startMs,
  }))
  await insertJournal(pool, rows)
}

async function appendRound(
  pool: pg.Pool,
  { country, round, startMs }: { country: Country; round: number; startMs: number },
): Promise<void> {
  const shiftMs = startMs + round * roundMs - (benchStartMs + round * 10_000)
  const rows = nextRound(country, round).map((fix) => ({
    kind: journalKinds.fixes,
    payload: encodeFixes([
      {
        ...fix,
        deviceId: uuidOf(fix.deviceId),
        recordedAtMs: fix.recordedAtMs + shiftMs,
        receivedAtMs: fix.receivedAtMs + shiftMs,
      },
    ]),
    atMs: fix.receivedAtMs + shiftMs,
  }))
  await insertJournal(pool, rows)
}

async function insertJournal(pool: pg.Pool, rows: readonly FilledRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += insertCount) {
    const chunk = rows.slice(start, start + insertCount)
    await pool.query(
      `insert into journal (id, shard, kind, entry_count, payload, committed_at)
       select nextval('journal_id'), 0, kind, 1, payload, to_timestamp(at / 1000)
         from unnest($1::smallint[], $2::bytea[], $3::float8[]) as r(kind, payload, at)`,
      [chunk.map((row) => row.kind), chunk.map((row) => row.payload), chunk.map((row) => row.atMs)],
    )
  }
}

type FilledRow = { readonly kind: number; readonly payload: Buffer; readonly atMs: number }

const insertCount = 5_000

/** The ids of the country are words; those of the database are not. */
function withUuids(change: RegistryChange): RegistryChange {
  const text = JSON.stringify(change, (key, value: unknown) => {
    if (key === 'reportIntervalSeconds') return roundMs / 1_000
    return typeof value === 'string' && /(^i|I)d$/.test(key) ? uuidOf(value) : value
  })
  return JSON.parse(text) as RegistryChange
}

function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
