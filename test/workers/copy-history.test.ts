import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DeviceEvent } from '../../src/core/model/fix.ts'
import { createLog } from '../../src/log.ts'
import { encodeDeviceEvents } from '../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../src/store/journal/journal-kinds.ts'
import { appendJournal } from '../../src/store/journal/journal.ts'
import { appendInTurn } from '../../src/store/journal/turns.ts'
import { copyHistory } from '../../workers/copy-history.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'

let database: TestDatabase
const lines: string[] = []
const log = createLog({ destination: { write: (line) => void lines.push(line) } })

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('the copying of history catches up, and a round that has no time left does one step', async () => {
  for (let index = 0; index < 10; index += 1) await appendEvent(index)
  const deps = { pool: database.pool, log, rowCountMax: 3 }
  expect(await copyHistory({ ...deps, roundMsMax: 0 })).toEqual({
    fixCount: 0,
    deviceEventCount: 3,
    isCaughtUp: false,
  })
  expect(await copyHistory(deps)).toEqual({ fixCount: 0, deviceEventCount: 7, isCaughtUp: true })
  expect(await copyHistory(deps)).toEqual({ fixCount: 0, deviceEventCount: 0, isCaughtUp: true })
})

it('the copying of history takes as many rows at once as hold the loop up for moments, and one larger than that alone', async () => {
  const copied: number[] = []
  for (const count of [3_000, 900, 200, 5_000, 10]) await appendEvents(count)
  for (let step = 0; step < 4; step += 1) {
    copied.push((await copyHistory({ pool: database.pool, log, roundMsMax: 0 })).deviceEventCount)
  }
  expect(copied).toEqual([3_900, 200, 5_000, 10])
})

it('the copying of history gives way while reports wait for their turn, for two seconds of each row', async () => {
  const senderId = '0192f3a4-5b6c-7d8e-9f00-112233445566'
  const events = [heartbeat(201)]
  await appendInTurn(database.pool, {
    shard: 0,
    kind: journalKinds.deviceEvents,
    turn: { senderId, lane: 'now' },
    parts: [{ entryCount: 1, payload: encodeDeviceEvents(events) }],
  })
  const deps = { pool: database.pool, log }
  const waiting = { fixCount: 0, deviceEventCount: 0, isCaughtUp: false }
  expect(await copyHistory(deps)).toEqual(waiting)
  await database.pool.query(`update journal set committed_at = committed_at - interval '2 s'`)
  const copied = { fixCount: 0, deviceEventCount: 1, isCaughtUp: true }
  expect(await copyHistory(deps)).toEqual(copied)
  await appendEvent(202)
  expect(await copyHistory(deps)).toEqual(waiting)
  await database.pool.query('delete from journal_waiting')
  expect(await copyHistory(deps)).toEqual(copied)
})

it('the copying of history passes over the one row that the tables refuse, aloud, and copies its neighbours', async () => {
  await database.pool.query(
    `alter table device_events add constraint odd check (sequence is distinct from 102) not valid`,
  )
  const ids = [await appendEvent(101), await appendEvent(102), await appendEvent(103)]
  const round = await copyHistory({ pool: database.pool, log, rowCountMax: 8 })
  expect(round).toEqual({ fixCount: 0, deviceEventCount: 2, isCaughtUp: true })
  expect(lines.join()).toContain(`"journalId":${ids[1]}`)
  expect(await refusals()).toEqual([
    {
      code: 'history-refused',
      detail: 'A row of the journal (entries: 1) is refused by the history with 23514.',
      journalId: ids[1],
    },
  ])
})

it('a damaged row is noted once, where people look', async () => {
  await database.pool.query('delete from quarantined_fixes')
  const damagedId = await append(Buffer.from('damaged'))
  const deps = { pool: database.pool, log }
  await copyHistory(deps)
  await copyHistory(deps)
  expect(await refusals()).toEqual([
    {
      code: 'history-refused',
      detail: 'A row of the journal is damaged and missing in the history.',
      journalId: damagedId,
    },
  ])
})

async function refusals(): Promise<unknown[]> {
  const { rows } = await database.pool.query(
    `select code, detail, (body ->> 'journalId')::bigint as "journalId" from quarantined_fixes`,
  )
  return rows
}

async function appendEvent(index: number): Promise<number> {
  return append(encodeDeviceEvents([heartbeat(index)]))
}

/** Later than all others, so that none is a duplicate. */
async function appendEvents(count: number): Promise<void> {
  const events = Array.from({ length: count }, () => heartbeat((nextIndex += 1)))
  await append(encodeDeviceEvents(events), count)
}

let nextIndex = 10_000

function heartbeat(index: number): DeviceEvent {
  return {
    deviceId: '0192f3a4-5b6c-7d8e-9f00-112233445566',
    kind: 'heartbeat',
    recordedAtMs: Date.UTC(2026, 10, 23) + index,
    receivedAtMs: Date.UTC(2026, 10, 23) + index,
    batteryFraction: 0.5,
    sequence: index,
  }
}

async function append(payload: Buffer, entryCount = 1): Promise<number> {
  return appendJournal(database.pool, {
    shard: 0,
    kind: journalKinds.deviceEvents,
    entryCount,
    payload,
  })
}
