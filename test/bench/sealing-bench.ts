import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import type pg from 'pg'
import { insertFixes, type FixOfRow } from '../../src/store/history/insert-history.ts'
import { unpack } from '../../src/store/history/history.ts'
import { encodeFixes } from '../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../src/store/journal/journal-kinds.ts'
import { appendJournal, readJournal } from '../../src/store/journal/journal.ts'
import { sealFixes } from '../../src/store/keys/sealed-fixes.ts'
import { arrayOf } from '../../src/store/pg/array-bytes.ts'
import { inTransaction, type Db } from '../../src/store/pg/pool.ts'
import { createTestDatabase, offerServer } from '../support/database.ts'
import { setup } from '../support/global-setup.ts'
import { makeFix } from '../support/journal-world.ts'
import { createRandom } from '../support/random.ts'
import { line, section } from './report.ts'

/**
 * What sealing adds to taking fixes in and copying them to the history: the same fixes sealed and
 * in the clear, in turn on one database. CPU of this process and of the process of the database
 * that serves it; without HTTP and judging.
 */
export async function benchSealing(options: SealingOptions): Promise<void> {
  section(`Sealed against in the clear, ${options.fixCount} fixes a round, CPU`)
  const stop = await setup({ provide: (_name, server) => offerServer(server) })
  try {
    const database = await createTestDatabase({ connectionCountMax: 1 })
    try {
      for (const perRow of [100, 10]) await compare(database.pool, { ...options, perRow })
    } finally {
      await database.drop()
    }
  } finally {
    await stop()
  }
  line(`load of the machine ${loadavg()[0]?.toFixed(1)}`)
}

type SealingOptions = { readonly fixCount: number; readonly roundCount: number }
type Way = 'sealed' | 'clear'
const ways: readonly Way[] = ['sealed', 'clear']

async function compare(
  pool: pg.Pool,
  { fixCount, roundCount, perRow }: SealingOptions & { readonly perRow: number },
): Promise<void> {
  const found = { sealed: [] as Cost[], clear: [] as Cost[] }
  for (let round = -1; round < roundCount; round += 1) {
    const fixes = makeFixes(fixCount, round)
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
      await pool.query('truncate journal, fixes')
      // What one way leaves behind is not the other one's to clear away.
      global.gc?.()
      const cost = await play(pool, { way, fixes, perRow })
      // The first warms up.
      if (round >= 0) found[way].push(cost)
    }
  }
  const [sealed, clear] = [medians(found.sealed), medians(found.clear)]
  // Round by round: what the machine does meanwhile falls on both of a round.
  const rounds = found.sealed.map((own, round) => {
    const { takeIn, copy } = found.clear[round] ?? own
    const added = own.takeIn + own.copy - takeIn - copy
    return { added, share: added / (takeIn + copy) }
  })
  const [added, share] = [rounds.map((round) => round.added), rounds.map((round) => round.share)]
  line(
    `rows of ${perRow}: taking in ${clear.takeIn.toFixed(1)} in the clear, ${sealed.takeIn.toFixed(1)} sealed; copying ${clear.copy.toFixed(1)} and ${sealed.copy.toFixed(1)} µs a fix; sealing adds ${middle(added).toFixed(1)}, ${percent(middle(share))} of a round (${percent(quantile(share, 0.25))} to ${percent(quantile(share, 0.75))} in half of ${rounds.length} rounds)`,
  )
}

/** Microseconds of CPU a fix. */
type Cost = { readonly takeIn: number; readonly copy: number }

async function play(
  pool: pg.Pool,
  {
    way,
    fixes,
    perRow,
  }: { readonly way: Way; readonly fixes: readonly FixOfRow[]; readonly perRow: number },
): Promise<Cost> {
  const cpuOf = await createCpuMeter(pool)
  const takeIn = await cpuOf(async () => {
    for (let at = 0; at < fixes.length; at += perRow) {
      const plain = encodeFixes(fixes.slice(at, at + perRow))
      const payload = way === 'sealed' ? await sealFixes(pool, plain, Date.now()) : plain
      const entryCount = Math.min(perRow, fixes.length - at)
      await appendJournal(pool, { shard: 0, kind: journalKinds.fixes, entryCount, payload })
    }
  })
  const copy = await cpuOf(async () => {
    for (let afterId = 0; ;) {
      const rows = await readJournal(pool, { shard: 0, afterId, limit: Math.ceil(2_000 / perRow) })
      const last = rows.at(-1)
      if (last === undefined) return
      afterId = last.id
      const read = unpack(rows).fixes
      await inTransaction(pool, async (tx) => {
        if (way === 'sealed') await insertFixes(tx, read, 'new')
        else await insertClear(tx, read)
      })
    }
  })
  const { rows } = await pool.query<{ count: number }>('select count(*)::int as count from fixes')
  assert.equal(rows[0]?.count, fixes.length, 'all fixes are in the history')
  return { takeIn: takeIn / fixes.length, copy: copy / fixes.length }
}

/** As before places were sealed. */
async function insertClear(tx: Db, fixes: readonly FixOfRow[]): Promise<void> {
  for (let at = 0; at < fixes.length; at += 500) {
    const chunk = fixes.slice(at, at + 500)
    await tx.query({
      name: 'bench-insert-clear',
      text: `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, speed_meters_per_second,
               heading_degrees, accuracy_meters, source, hdop, satellites, battery_fraction, sequence, journal_id)
             select device_id, to_timestamp(recorded_at / 1000.0), to_timestamp(received_at / 1000.0), longitude, latitude,
                    speed, heading, accuracy_meters, source, hdop, satellites, battery, sequence::bigint, journal_id::bigint
               from unnest($1::uuid[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[],
                           $8::float8[], $9::text[], $10::float8[], $11::float8[], $12::float8[], $13::float8[], $14::float8[])
                 as f (device_id, recorded_at, received_at, longitude, latitude, speed, heading, accuracy_meters, source, hdop,
                       satellites, battery, sequence, journal_id)
             on conflict do nothing`,
      values: clearColumns.map((column) =>
        arrayOf(
          column === 'deviceId' ? 'uuid' : column === 'source' ? 'text' : 'float8',
          chunk.map((fix) => fix[column]),
        ),
      ),
    })
  }
}

const clearColumns = [
  'deviceId',
  'recordedAtMs',
  'receivedAtMs',
  'longitude',
  'latitude',
  'speedMetersPerSecond',
  'headingDegrees',
  'accuracyMeters',
  'source',
  'hdop',
  'satellites',
  'batteryFraction',
  'sequence',
  'journalId',
] as const satisfies readonly (keyof FixOfRow)[]

function makeFixes(count: number, round: number): readonly FixOfRow[] {
  const random = createRandom(100 + round)
  const digits = (value: number, places: number) => Number(value.toFixed(places))
  const deviceIds = Array.from({ length: count / 10 }, () => randomUUID())
  return Array.from({ length: count }, (_, at) => {
    const deviceId = deviceIds[at % deviceIds.length] ?? ''
    const fix = makeFix(deviceId, Date.now() - 1_000 * Math.floor(at / deviceIds.length), {
      longitude: digits(4 + random(), 7),
      latitude: digits(52 + random(), 7),
    })
    const motion = {
      speedMetersPerSecond: digits(10 * random(), 1),
      headingDegrees: digits(360 * random(), 0),
    }
    return { ...fix, ...motion, sequence: at, journalId: 1 }
  })
}

/** Microseconds of CPU of this process and of the one that serves its only connection. */
async function createCpuMeter(pool: pg.Pool) {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  const path = `/proc/${rows[0]?.pid}/schedstat`
  const now = async (): Promise<number> => {
    const { user, system } = process.cpuUsage()
    return user + system + Number((await readFile(path, 'utf8')).split(' ')[0]) / 1_000
  }
  return async (work: () => Promise<void>): Promise<number> => {
    const before = await now()
    await work()
    return (await now()) - before
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN
}

function middle(values: readonly number[]): number {
  return quantile(values, 0.5)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`
}

function medians(costs: readonly Cost[]): Cost {
  return {
    takeIn: middle(costs.map(({ takeIn }) => takeIn)),
    copy: middle(costs.map(({ copy }) => copy)),
  }
}
