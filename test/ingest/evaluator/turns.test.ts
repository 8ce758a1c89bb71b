import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { explainAlert } from '../../../src/explain/explain.ts'
import { listPoison, wholeRow } from '../../../src/store/journal/poison.ts'
import { listWaiting, type TurnLane } from '../../../src/store/journal/turns.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import {
  addCase,
  banCentre,
  farAway,
  journalFixes,
  makeFix,
  type JournalCase,
} from '../../support/journal-world.ts'
import { appendWaiting, openRound } from '../../support/open-round.ts'

let database: TestDatabase
let client: pg.PoolClient
const closers: (() => void)[] = []

beforeEach(begin)
afterEach(end)

async function begin(): Promise<void> {
  database = await createTestDatabase()
  client = await database.pool.connect()
}

async function end(): Promise<void> {
  closers.splice(0).forEach((close) => close())
  client.release()
  await database.drop()
}

describe('how much is given at once', () => {
  it.each([
    { who: 'somebody else reports', isLive: true, givenCount: 1 },
    { who: 'nobody else reports', isLive: false, givenCount: 4 },
  ])(
    'a turn of a backlog is $givenCount rows of 250 while $who',
    async ({ isLive, givenCount }) => {
      const { pool } = database
      const nowMs = Date.now()
      const late = await addCase(pool, { atMs: nowMs })
      const round = await open()
      await stepUntilDone(round)
      // What was registered lies behind.
      await delay(isLive ? 0 : 2_100)
      for (let part = 0; part < 8; part += 1) {
        const ageMs = 40_000_000 - part * 250_000
        const fixes = Array.from({ length: 250 }, (_, at) =>
          makeFix(late.deviceId, nowMs - ageMs + at * 1_000, farAway, { receivedAtMs: nowMs }),
        )
        await append(fixes, late.vendorId, 'history')
      }
      if (isLive) await journalFixes(pool, [makeFix(late.deviceId, nowMs, farAway)])
      // Reads what came, and gives the first turn: at once, unless a transaction of another test
      // in the same server hides the rows for a moment.
      let turnCount = 0
      for (let stepCount = 0; turnCount === 0 && stepCount < 100; stepCount += 1) {
        await round.step()
        const turns = await pool.query('select 1 from journal where kind = 5')
        turnCount = turns.rowCount ?? 0
        if (turnCount === 0) await delay(20)
      }
      expect(turnCount).toBe(givenCount)
    },
  )
})

describe('rows that are judged in turn', () => {
  it('what is of now is told before the backlog of another vendor is judged', async () => {
    const { pool } = database
    const nowMs = Date.now()
    const [late, live] = [
      await addCase(pool, { atMs: nowMs }),
      await addCase(pool, { atMs: nowMs }),
    ]
    for (const part of backlogOf(late, nowMs)) await append(part, late.vendorId, 'history')
    await journalFixes(pool, breachOf(live, nowMs))
    const round = await open()
    await stepUntilDone(round)
    expect(await listBreaches()).toEqual([live.offenderId, late.offenderId])
    expect(await listWaiting(pool, 0)).toEqual([])
  })

  it('a sender whose own backlog waits is told at once of what it sends now', async () => {
    const { pool } = database
    const nowMs = Date.now()
    const [late, live] = [
      await addCase(pool, { atMs: nowMs }),
      await addCase(pool, { atMs: nowMs }),
    ]
    for (const part of backlogOf(late, nowMs)) await append(part, late.vendorId, 'history')
    await append(breachOf(live, nowMs), late.vendorId, 'now')
    await stepUntilDone(await open())
    expect(await listBreaches()).toEqual([live.offenderId, late.offenderId])
  })

  it('wherever it dies, what waits is judged once and tells what it would have told in order', async () => {
    const nowMs = Date.now()
    const expected = await playWithDeaths(nowMs, null)
    expect(expected.breaches).toBe(6)
    for (let death = 0; death < 8; death += 1) {
      expect(await playWithDeaths(nowMs, death), `died after step ${death}`).toEqual(expected)
    }
  })

  it('a device whose reports wait is not silent', async () => {
    const { pool } = database
    const nowMs = Date.now()
    const quiet = await addCase(pool, { atMs: nowMs, reportIntervalSeconds: 60 })
    const heard = await addCase(pool, { atMs: nowMs, reportIntervalSeconds: 60 })
    for (const { deviceId } of [quiet, heard]) {
      await journalFixes(pool, [makeFix(deviceId, nowMs - 600_000, farAway)])
    }
    const waits = makeFix(heard.deviceId, nowMs - 1_000, farAway, { receivedAtMs: nowMs })
    await append([waits], heard.vendorId, 'now')
    const round = await open()
    await round.step()
    expect(await listWaitingTurns()).toBe(1)
    const silent = await pool.query(`select device_id from alerts where kind = 'device-silent'`)
    expect(silent.rows).toEqual([{ device_id: quiet.deviceId }])
  })

  it('a row that waits and is damaged is set aside once, as the row it is, and the others are judged', async () => {
    const { pool } = database
    const nowMs = Date.now()
    const { deviceId, vendorId, offenderId } = await addCase(pool, { atMs: nowMs })
    await append([makeFix(deviceId, nowMs - 3_600_000, farAway)], vendorId, 'history')
    const [waiting] = await listWaiting(pool, 0)
    const journalId = waiting?.journalId ?? 0
    await pool.query(`update journal set payload = '\\x00' where id = $1`, [journalId])
    await append(breachOf({ deviceId }, nowMs), vendorId, 'now')
    await stepUntilDone(await open())
    expect(await listPoison(pool)).toEqual([{ journalId, entryIndex: wholeRow }])
    expect(await listBreaches()).toEqual([offenderId])
    expect(await listWaiting(pool, 0)).toEqual([])
  })

  it('an alert of a row that was judged in turn is explained from the journal', async () => {
    const { pool } = database
    const nowMs = Date.now()
    const [late, other] = [
      await addCase(pool, { atMs: nowMs }),
      await addCase(pool, { atMs: nowMs }),
    ]
    const parts = backlogOf(late, nowMs)
    for (const part of parts) await append(part, late.vendorId, 'history')
    await journalFixes(pool, breachOf(other, nowMs))
    await stepUntilDone(await open())
    const { rows } = await pool.query<{ id: string }>(
      `select id from alerts where offender_id = $1 and kind = 'location-ban-breach'`,
      [late.offenderId],
    )
    const request = { alertId: rows[0]?.id ?? '', shard: 0, limits: defaultLimits }
    const { outcome, attempt } = await explainAlert(pool, request)
    expect(outcome).toBe('same')
    // Up to the row that told it, and in the order in which they were judged.
    expect(attempt?.recomputed.counts.fixes).toBe(parts.slice(0, 39).flat().length)
  })
})

/** Forty minutes of thirteen hours ago; in the last of them he was inside. */
function backlogOf({ deviceId }: Pick<JournalCase, 'deviceId'>, nowMs: number): Fix[][] {
  const fromMs = nowMs - 13 * 3_600_000
  return Array.from({ length: 40 }, (_, minute) => {
    const place = minute < 38 ? farAway : banCentre
    return Array.from({ length: 6 }, (_, part) =>
      makeFix(deviceId, fromMs + minute * 60_000 + part * 10_000, place, { receivedAtMs: nowMs }),
    )
  })
}

function breachOf({ deviceId }: Pick<JournalCase, 'deviceId'>, nowMs: number): Fix[] {
  return [60_000, 30_000, 2_000].map((agoMs) =>
    makeFix(deviceId, nowMs - agoMs, agoMs === 60_000 ? farAway : banCentre, {
      receivedAtMs: nowMs,
    }),
  )
}

const append = async (fixes: readonly Fix[], senderId: string, lane: TurnLane): Promise<void> =>
  await appendWaiting(database.pool, fixes, { senderId, lane })

const open = async () => await openRound(database, client, (close) => closers.push(close))

type Round = Awaited<ReturnType<typeof open>>

async function stepUntilDone(round: Round, stepCountMax = 1_000): Promise<boolean> {
  try {
    for (let count = 0; count < stepCountMax; count += 1) if ((await round.step()) > 0) return true
    return false
  } finally {
    // Memory that is on its way: who leads next waits for it.
    await round.ended()
  }
}

/** Three with a backlog and three in a breach now, who die with the evaluator after some steps. */
async function playWithDeaths(nowMs: number, stepsBeforeDeath: number | null) {
  await end()
  await begin()
  const { pool } = database
  for (let count = 0; count < 3; count += 1) {
    const late = await addCase(pool, { atMs: nowMs })
    const live = await addCase(pool, { atMs: nowMs })
    const parts = backlogOf(late, nowMs)
    for (const part of parts.slice(0, 20)) await append(part, late.vendorId, 'history')
    await journalFixes(pool, breachOf(live, nowMs))
    for (const part of parts.slice(20)) await append(part, late.vendorId, 'history')
  }
  if (stepsBeforeDeath !== null) {
    // What it knew is lost, and so is all that it had not saved.
    await stepUntilDone(await open(), stepsBeforeDeath)
    await stepUntilDone(await open(), stepsBeforeDeath % 3)
  }
  await stepUntilDone(await open())
  const turns = await pool.query<{ twice: number; given: number }>(
    `select count(*)::int as given, (count(*) - count(distinct turn_of))::int as twice
       from journal where kind = 5`,
  )
  const told = await pool.query<{ type: string; count: number }>(
    `select type, count(*)::int as count from alert_events group by type order by type`,
  )
  return { breaches: (await listBreaches()).length, turns: turns.rows[0], told: told.rows }
}

async function listBreaches(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ offender_id: string }>(
    `select a.offender_id from alert_events e join alerts a on a.id = e.alert_id
      where e.type = 'raised' and a.kind = 'location-ban-breach' order by e.sequence`,
  )
  return rows.map(({ offender_id: offenderId }) => offenderId)
}

/** Turns that were given and not judged yet. */
async function listWaitingTurns(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::int as count from journal
      where kind = 5 and id > (select journal_id from journal_positions where reader = 'evaluator')`,
  )
  return rows[0]?.count ?? 0
}
