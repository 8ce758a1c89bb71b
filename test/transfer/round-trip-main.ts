import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type pg from 'pg'
import { parseCommandLine, readWhole, runCommand } from '../../src/command-line.ts'
import { dayMs } from '../../src/core/model/units.ts'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/embedded.ts'
import { openRecordKey } from '../../src/record-key.ts'
import { makePartitions } from '../../src/store/history/partitions.ts'
import { createDataKeys } from '../../src/store/keys/data-keys.ts'
import { readMasterKeys } from '../../src/store/keys/master-keys.ts'
import { grantRoles } from '../../src/store/pg/grants.ts'
import { migrate } from '../../src/store/pg/migrate.ts'
import { connect } from '../../src/store/pg/pool.ts'
import { importCases } from '../../src/transfer/import-cases.ts'
import { readManifest, type ExportManifest } from '../../src/transfer/manifest.ts'
import { writeExport } from '../../src/transfer/write-export.ts'
import { addCase } from '../support/journal-world.ts'
import { testMasterKey } from '../support/master-key.ts'
import { createSilentLog } from '../support/silent-log.ts'

const usage = `Usage: npm run round-trip [-- --fixes N] [--cases N] [--in DIR]

Makes positions of some cases, takes the cases out, brings them into a second database, takes them out of that, and
compares row by row. Says how long each step took and how much memory it needed.

  --fixes N  of all cases together (10000000)
  --cases N  (80)
  --in DIR   where it works; it needs some 700 bytes a position

Ends with 1 at any difference.
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, {
    fixes: { type: 'string', default: '10000000' },
    cases: { type: 'string', default: '80' },
    in: { type: 'string', default: tmpdir() },
  })
  const fixCount = readWhole('--fixes', flags.fixes, 1, 1_000_000_000)
  const caseCount = readWhole('--cases', flags.cases, 1, 10_000)
  const place = await mkdtemp(path.join(flags.in, 'hoede-round-trip-'))
  try {
    return await goRound(place, fixCount, caseCount)
  } finally {
    await rm(place, { recursive: true })
  }
}

async function goRound(place: string, fixCount: number, caseCount: number): Promise<number> {
  const [source, target] = [
    await openServer(path.join(place, 'source')),
    await openServer(path.join(place, 'target')),
  ]
  const clock = { nowMs: () => Date.now() }
  const key = await openRecordKey('5'.repeat(64), place)
  try {
    await timed('made', () => fill(source.owner, fixCount, caseCount))
    const [there, back] = [path.join(place, 'there'), path.join(place, 'back')]
    const take = (server: Server, folder: string) =>
      writeExport(server.audit, { folder, caseId: null, reason: 'round trip', clock, key })
    const out = await timed('taken out', () => take(source, there))
    const request = { folder: there, key: key.publicKey, caseId: null, into: null, clock }
    const report = await timed('brought in and compared', () =>
      importCases(target.owner, { ...request, reason: 'round trip' }),
    )
    await timed('taken out again', () => take(target, back))
    const [before, after] = [await readManifest(there, null), await readManifest(back, null)]
    const differences = compare(before, after)
    say(
      `${out.caseCount} cases, ${out.rowCount} rows, ${out.fixCount} positions, ${report.importedCount} cases imported, ${report.refusals.length} refused; ${differences.length} differences`,
    )
    for (const one of [...report.refusals, ...differences].slice(0, 5)) say(`  ${one}`)
    const isWhole = out.fixCount === fixCount && report.importedCount === caseCount
    return isWhole && differences.length === 0 ? 0 : 1
  } finally {
    await source.close()
    await target.close()
  }
}

/** Of every file but that of the record, which says of the other server what was done there. */
function compare(before: ExportManifest, after: ExportManifest): readonly string[] {
  return before.cases.flatMap(({ orderId, files }) => {
    const others = after.cases.find((one) => one.orderId === orderId)?.files ?? []
    return files
      .filter(({ name }) => name !== 'record')
      .filter(({ name, rowCount, sha256 }) => {
        const other = others.find((one) => one.name === name)
        return other?.sha256 !== sha256 || other.rowCount !== rowCount
      })
      .map(({ name }) => `${name} of ${orderId}`)
  })
}

async function openServer(dataDir: string): Promise<Server> {
  const log = createSilentLog()
  const postgres = await startEmbeddedPostgres({ dataDir, log })
  const keyPool = await connect(postgres.urlOf('owner'), { connectionCountMax: 1 })
  const masters = readMasterKeys(testMasterKey)
  const keys = createDataKeys({ masters, db: keyPool, elapsedMs: () => performance.now() })
  const [owner, audit] = [
    await connect(postgres.urlOf('owner'), { queryMsMax: dayMs, keys }),
    await connect(postgres.urlOf('audit'), { queryMsMax: dayMs, keys }),
  ]
  await migrate(owner)
  await grantRoles(owner)
  const close = async (): Promise<void> => {
    await owner.end()
    await audit.end()
    await keyPool.end()
    await postgres.stop()
  }
  return { owner, audit, close }
}

type Server = {
  readonly owner: pg.Pool
  /** As the command reads. */
  readonly audit: pg.Pool
  readonly close: () => Promise<void>
}

/** A minute apart, of each case as many, over the last months. */
async function fill(pool: pg.Pool, fixCount: number, caseCount: number): Promise<void> {
  const days = Math.ceil(fixCount / caseCount / 1_440) + 1
  const atMs = Date.now() - days * dayMs
  await makePartitions(pool, { nowMs: Date.now(), daysBehind: days })
  for (let place = 0; place < caseCount; place += 1) {
    const { deviceId } = await addCase(pool, { atMs })
    const count = Math.floor(fixCount / caseCount) + (place < fixCount % caseCount ? 1 : 0)
    await pool.query(
      `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, accuracy_meters,
                          speed_meters_per_second, source, satellites, battery_fraction, sequence, journal_id)
       select $1, at, at + random() * interval '1 minute', 4 + random(), 52 + random(), 5 + random(), random() * 30,
              'gnss', floor(random() * 20), random(), n, 1
         from generate_series(1, $3::int) as n cross join lateral (
           select to_timestamp($2::float8 / 1000) + n * interval '1 minute' + random() * interval '1 second' as at) t`,
      [deviceId, atMs, count],
    )
  }
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const fromMs = performance.now()
  const result = await work()
  const seconds = ((performance.now() - fromMs) / 1000).toFixed(1)
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
  say(`${what}: ${seconds} s, at most ${megabytes} MB of memory so far`)
  return result
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

await runCommand(main)
