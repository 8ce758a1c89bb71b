import { expect, it } from 'vitest'
import { createTurnGiver } from '../../../src/ingest/evaluator/turn-giver.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { encodeFixes } from '../../../src/store/journal/journal-codec.ts'
import { journalKinds, type JournalKind } from '../../../src/store/journal/journal-kinds.ts'
import type { RowToJudge } from '../../../src/store/journal/turns.ts'
import type { Db } from '../../../src/store/pg/pool.ts'

const entryCount = 250

/** The rows that each turn takes while somebody reports, in a database that takes so long. */
async function countRowsOfTurns(
  databaseMs: number,
  turnCount: number,
  { reporter = 'another', lane = 'now', kind = journalKinds.fixes }: Partial<Company> = {},
): Promise<readonly number[]> {
  const counts: number[] = []
  let nowMs = 0
  const query = (statement: { readonly values: readonly [number, readonly number[]] }) => {
    counts.push(statement.values[1].length)
    nowMs += databaseMs
    return Promise.resolve({ rows: [], rowCount: 0 })
  }
  const waiting = Array.from({ length: 1_000 }, (_, at) => ({
    journalId: at + 1,
    turn: { senderId: 'vendor', lane },
    entryCount,
  }))
  const client = { query } as unknown as Db
  const giver = createTurnGiver({
    client,
    shard: 0,
    waiting,
    vendorOf: () => reporter,
    elapsedMs: () => nowMs,
  })
  const judged = { ...judgedRow, kind }
  for (let turn = 0; turn < turnCount; turn += 1) {
    giver.note(judged, 0.1)
    await giver.give()
  }
  return counts
}

type Company = {
  readonly reporter: string
  readonly lane: 'now' | 'history'
  readonly kind: JournalKind
}

const fix: Fix = {
  deviceId: '0192f3a4-5b6c-7d8e-9f00-112233445566',
  recordedAtMs: 0,
  receivedAtMs: 0,
  longitude: 4.9,
  latitude: 52.4,
  accuracyMeters: null,
  speedMetersPerSecond: null,
  headingDegrees: null,
  source: null,
  hdop: null,
  satellites: null,
  batteryFraction: null,
  sequence: null,
}

const judgedRow: RowToJudge = {
  id: 2_000,
  placeId: 2_000,
  shard: 0,
  kind: journalKinds.fixes,
  entryCount: 1,
  payload: encodeFixes([fix]),
  committedAtMs: 0,
  turn: null,
  isWithheld: false,
  lockedKeyId: null,
  change: null,
}

it('a turn is one of a sender alone where nobody reports but that sender, whose reports wait', async () => {
  expect(await countRowsOfTurns(0, 1, { reporter: 'vendor' })).toEqual([4])
})

it('a turn is one among live reports where its sender has history, or calls for help', async () => {
  const own = { reporter: 'vendor', lane: 'history' } as const
  expect(await countRowsOfTurns(0, 1, own)).toEqual([1])
  const cry = { reporter: 'vendor', kind: journalKinds.deviceEvents } as const
  expect(await countRowsOfTurns(0, 1, cry)).toEqual([1])
})

it('a turn among live reports is one row where saving and reading are quick', async () => {
  expect(await countRowsOfTurns(0, 3)).toEqual([1, 1, 1])
})

it('a turn among live reports takes as long as what lies around it, and never longer than one alone', async () => {
  const counts = await countRowsOfTurns(60, 20)
  expect(counts[0]).toBe(1)
  // 40 ms, at the pace that is taken for true at first.
  expect(counts.at(-1)).toBe(4)
  expect(counts.every((count) => count <= 4)).toBe(true)
})

it('whoever reported counts as live for two seconds, also behind reports of a sender that waits', async () => {
  let nowMs = 0
  const client = { query: () => Promise.resolve({ rows: [], rowCount: 0 }) } as unknown as Db
  const waitingRow = {
    journalId: 1,
    turn: { senderId: 'vendor', lane: 'now' },
    entryCount,
  } as const
  const giver = createTurnGiver({
    client,
    shard: 0,
    waiting: [waitingRow],
    vendorOf: (deviceId) => (deviceId === fix.deviceId ? 'vendor' : 'another'),
    elapsedMs: () => nowMs,
  })
  const note = (deviceId: string): void => {
    giver.note({ ...judgedRow, payload: encodeFixes([{ ...fix, deviceId }]) }, 0.1)
  }
  note(fix.deviceId)
  expect(giver.isLive()).toBe(false)
  note('0192f3a4-5b6c-7d8e-9f00-112233445577')
  nowMs = 1_000
  for (let report = 0; report < 10; report += 1) note(fix.deviceId)
  nowMs = 2_000
  expect(giver.isLive()).toBe(true)
  nowMs = 2_001
  expect(giver.isLive()).toBe(false)
  nowMs = 9_000
  note('0192f3a4-5b6c-7d8e-9f00-112233445577')
  expect(giver.isLive()).toBe(true)
})
