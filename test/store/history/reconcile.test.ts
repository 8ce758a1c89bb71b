import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArguments, runReconcile } from '../../../src/reconcile.ts'
import { copyToHistory } from '../../../src/store/history/history.ts'
import { makePartitions } from '../../../src/store/history/partitions.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { addWearer, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'

const dayMs = 86_400_000
const nowMs = Date.now()
const today = Math.floor(nowMs / dayMs)
const kept = { nowMs, retentionDays: 90 }

describe('the arguments of reconcile', () => {
  const noon = Date.UTC(2026, 10, 24, 12)
  const day = Date.UTC(2026, 10, 24) / dayMs

  it('the days to reconcile are yesterday and today when none are given', () => {
    expect(readArguments([], noon)).toEqual({ fromDay: day - 1, untilDay: day })
  })

  it('the days to reconcile are in UTC, both included', () => {
    const given = ['--from', '2026-11-20', '--until', '2026-11-22']
    expect(readArguments(given, noon)).toEqual({ fromDay: day - 4, untilDay: day - 2 })
  })

  it.each([
    [['--from', '2026-02-30'], /--from is expected to be a day/],
    [['--until', 'yesterday'], /--until is expected to be a day/],
    [['--from', '2026-11-25'], /--from is after --until/],
    [['--from', '2026-01-01'], /At most 60 days/],
    [['--all'], /--all/],
  ])('the arguments %j of reconcile are refused', (given, sentence) => {
    expect(() => readArguments(given, noon)).toThrow(sentence)
  })
})

describe('reconcile', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
    await makePartitions(database.pool, { nowMs })
  })
  afterAll(() => database.drop())

  it('reconcile ends with 1 and names the row when the history lacks a fix, and with 0 before', async () => {
    const { pool } = database
    const { deviceId } = await addWearer(pool, { atMs: nowMs })
    const fixes = [20_000, 10_000].map((agoMs) => makeFix(deviceId, nowMs - agoMs, farAway))
    const journalId = await journalFixes(pool, fixes)
    await copyToHistory(pool, { shard: 0, rowCountMax: 100 })
    const span = { fromDay: today - 1, untilDay: today + 1 }
    const whole = await runReconcile(pool, span, kept)
    expect(whole.exitCode).toBe(0)
    expect(whole.output).toContain('2 acknowledged, 0 more than once, 0 missing in the history')
    await pool.query('delete from fixes where recorded_at = to_timestamp($1::float8 / 1000)', [
      nowMs - 10_000,
    ])
    const torn = await runReconcile(pool, span, kept)
    expect(torn.exitCode).toBe(1)
    expect(torn.output).toContain(`journal row ${journalId}: 1 missing`)
  })

  it('reconcile leaves out what the history has not reached', async () => {
    const { pool } = database
    const { deviceId } = await addWearer(pool, { atMs: nowMs })
    const span = { fromDay: today - 1, untilDay: today + 1 }
    const before = await runReconcile(pool, span, kept)
    await journalFixes(pool, [makeFix(deviceId, nowMs - 5_000, farAway)])
    expect(await runReconcile(pool, span, kept)).toEqual(before)
  })
})
