import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { snapshotMsDefault } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator, type Evaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { journalKinds } from '../../src/store/journal/journal-kinds.ts'
import { attachKeys } from '../../src/store/keys/keys-of.ts'
import { connect } from '../../src/store/pg/pool.ts'
import type pg from 'pg'
import {
  nowMs,
  readJournalFixes,
  registerDevices,
  reportAt,
  startIntake,
  vendorRequest,
} from '../ingest/support.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addCase, banCentre, journalFixes, makeFix } from '../support/journal-world.ts'
import { startSilentProxy, type SilentProxy } from '../support/silent-proxy.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

let database: TestDatabase
let proxy: SilentProxy
let proxied: pg.Pool

beforeAll(async () => {
  database = await createTestDatabase()
  const url = new URL(database.url)
  proxy = await startSilentProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(proxy.port)
  // Only the watch over the lines can be what ends a wait.
  proxied = await connect(url.href, { queryMsMax: 600_000, keys: database.keys })
})
afterAll(async () => {
  await proxied.end()
  proxy.close()
  await database.drop()
})

it('an evaluator whose line dies tells the next breach in seconds, and one whose commit was not answered tells it once', async () => {
  const evaluator = startEvaluator()
  await waitUntil('it leads', () => evaluator.stats().isLeading)
  const nowMs = Date.now()
  for (const fail of [
    () => void proxy.silence(),
    () => proxy.swallowAnswer('location-ban-breach', 'commit'),
  ]) {
    const { offenderId, deviceId } = await addCase(database.pool, { atMs: nowMs })
    fail()
    const failuresBefore = evaluator.stats().failures
    const place = await journalFixes(database.pool, [makeFix(deviceId, nowMs - 2_000, banCentre)])
    const isDone = (): boolean =>
      evaluator.stats().failures > failuresBefore && (evaluator.stats().journalId ?? 0) >= place
    await waitUntil('it has failed and read on', isDone, 30_000)
    const { rows } = await database.pool.query(
      `select (select count(*)::int from alert_events e where e.alert_id = a.id) as events
         from alerts a where offender_id = $1 and kind = 'location-ban-breach'`,
      [offenderId],
    )
    expect(rows).toEqual([{ events: 1 }])
  }
  await evaluator.stop()
}, 90_000)

it.each(['now', 'history'] as const)(
  'a report of %s whose commit was not answered is refused for now, and known when it comes again',
  async (age) => {
    const serialNumber = `AM-LOST-${age}`
    const { vendorId } = await registerDevices(database.pool, `Vendor of ${age}`, [serialNumber])
    const intake = startIntake(proxied)
    const report = (second: number) => ({
      ...reportAt(second),
      recordedAtMs: nowMs - (age === 'now' ? 60_000 : 3_600_000) + second,
    })
    const request = (second: number) => vendorRequest(vendorId, [[serialNumber, report(second)]])
    await intake.acceptFixes(request(0))
    const before = (await readJournalFixes(database.pool)).length
    proxy.swallowAnswer('journal-append', 'journal-append')
    const sent = intake.acceptFixes(request(1))
    // Whoever loses patience sends it again before it was refused.
    const meanwhile = intake.acceptFixes(request(1))
    await expect(sent).rejects.toMatchObject({ code: 'database-unavailable' })
    expect(await meanwhile).toMatchObject({ acceptedCount: 0, duplicateCount: 1 })
    const again = await intake.acceptFixes(request(1))
    expect(again).toMatchObject({ acceptedCount: 0, duplicateCount: 1, refused: [] })
    expect((await intake.acceptFixes(request(2))).acceptedCount).toBe(1)
    expect((await readJournalFixes(database.pool)).length).toBe(before + 2)
    await intake.close()
  },
  60_000,
)

it('a press that was answered and comes again is a new one, whatever is remembered of the first meanwhile', async () => {
  const { vendorId, devices } = await registerDevices(database.pool, 'Vendor of presses', ['AM-P'])
  const line = breakingLine()
  const intake = startIntake(line.db)
  const press = { kind: 'panic', recordedAtMs: nowMs, batteryFraction: null, sequence: 1 } as const
  const send = async (receivedAtMs: number) =>
    await intake.acceptDeviceEvents({ ...vendorRequest(vendorId, [['AM-P', press]]), receivedAtMs })
  // The row of the press is behind the place from which is read what became of the fix.
  const report = { ...reportAt(1), recordedAtMs: nowMs - 5_000 }
  const unanswered = intake.acceptFixes(vendorRequest(vendorId, [['AM-P', report]]))
  await line.asked
  expect((await send(nowMs)).acceptedCount).toBe(1)
  await database.pool.query(
    `insert into alerts (id, kind, priority, status, device_id, occurred_at, learned_at, late, reason, evidence)
       values (uuidv7(), 'panic', 'P1', 'acknowledged', $1, now(), now(), false, '', '{}')`,
    [devices.get('AM-P')],
  )
  const again = send(nowMs + 2_000)
  await expect(unanswered).rejects.toMatchObject({ code: 'database-unavailable' })
  expect(await again).toMatchObject({ acceptedCount: 1, duplicateCount: 0 })
  await intake.close()
}, 60_000)

/** The first rows of fixes get no answer until somebody has asked which presses were answered. */
function breakingLine(): { readonly db: pg.Pool; readonly asked: Promise<void> } {
  const asked = Promise.withResolvers<void>()
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => {})
  const query = async (
    statement: string | { readonly name: string; readonly values: readonly unknown[] },
    values?: unknown[],
  ) => {
    const { name = '', values: given = [] } = typeof statement === 'object' ? statement : {}
    if (name === 'journal-append' && given[1] === journalKinds.fixes) {
      asked.resolve()
      return await broken.promise
    }
    const answer = await database.pool.query(statement as string, values)
    if (name === 'find-answered-panics') {
      broken.reject(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
      await new Promise((resolve) => void setImmediate(resolve))
    }
    return answer
  }
  const db = new Proxy(database.pool, {
    get: (pool, key) => (key === 'query' ? query : Reflect.get(pool, key)),
  })
  attachKeys(db, database.keys)
  return { db, asked: asked.promise }
}

function startEvaluator(): Evaluator {
  const log = createSilentLog()
  const evaluator = createEvaluator({
    pool: proxied,
    clock: systemClock,
    log,
    limits: defaultLimits,
    doorbell: createLocalDoorbell({ log, pollMs: 20 }),
    shard: 0,
    snapshotMs: snapshotMsDefault,
  })
  evaluator.start()
  return evaluator
}
