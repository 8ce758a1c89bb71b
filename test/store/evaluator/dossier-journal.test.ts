import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  listMissingJournalRows,
  listRegistryRows,
  readJournalOfDevices,
} from '../../../src/store/evaluator/dossier-journal.ts'
import { copyToHistory } from '../../../src/store/history/history.ts'
import { encodeDeviceEvents } from '../../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import { appendJournal } from '../../../src/store/journal/journal.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { addCase, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('only the rows that speak of a device are read, and the registry always', async () => {
  const { pool } = database
  const atMs = Date.now()
  const { deviceId } = await addCase(pool, { atMs })
  const other = randomUUID()
  const own = await journalFixes(pool, [
    makeFix(other, atMs, farAway),
    makeFix(deviceId, atMs, farAway),
  ])
  const strange = await journalFixes(pool, [makeFix(other, atMs + 1, farAway)])
  const heartbeat = { deviceId, kind: 'heartbeat', recordedAtMs: atMs, receivedAtMs: atMs } as const
  const event = await appendJournal(pool, {
    shard: 0,
    kind: journalKinds.deviceEvents,
    entryCount: 1,
    payload: encodeDeviceEvents([{ ...heartbeat, batteryFraction: null, sequence: null }]),
  })
  const untilMs = Date.now() + 60_000
  const range = { shard: 0, untilMs, afterId: 0, limit: 100 }
  const rows = await readJournalOfDevices(pool, { ...range, deviceIds: [deviceId] })
  const reports = rows.filter(({ kind }) => kind !== journalKinds.registryChange)
  expect(reports.map(({ id }) => id)).toEqual([own, event])
  expect(rows).toHaveLength(5 + 2)
  const registered = await listRegistryRows(pool, { shard: 0, untilMs })
  expect(registered).toHaveLength(5)
  expect(await listRegistryRows(pool, { shard: 0, untilMs: atMs - 60_000 })).toEqual([])
  // For very many devices the rows are not searched, all are given.
  const many = [deviceId, ...Array.from({ length: 100 }, () => randomUUID())]
  const wide = await readJournalOfDevices(pool, { ...range, deviceIds: many })
  expect(wide.map(({ id }) => id)).toContain(strange)
  const rest = await readJournalOfDevices(pool, { ...range, deviceIds: [deviceId], afterId: own })
  expect(rest.map(({ id }) => id)).toEqual([event])
})

it('a row that the history names and that is gone is missed', async () => {
  const { pool } = database
  const atMs = Date.now()
  const { deviceId } = await addCase(pool, { atMs })
  const first = await journalFixes(pool, [makeFix(deviceId, atMs, farAway)])
  await journalFixes(pool, [makeFix(deviceId, atMs + 1_000, farAway)])
  await copyToHistory(pool, { shard: 0, rowCountMax: 100 })
  const query = { deviceIds: [deviceId], untilMs: atMs + 60_000, limit: 10 }
  expect(await listMissingJournalRows(pool, query)).toEqual([])
  await pool.query('delete from journal where id = $1', [first])
  expect(await listMissingJournalRows(pool, query)).toEqual([first])
})
