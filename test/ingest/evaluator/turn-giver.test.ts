import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createTurnGiver } from '../../../src/ingest/evaluator/turn-giver.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import type { RowToJudge } from '../../../src/store/journal/turns.ts'
import type { Db } from '../../../src/store/pg/pool.ts'

const entryCount = 250

/** The rows that each turn takes while somebody else reports, in a database that takes so long. */
async function countRowsOfTurns(databaseMs: number, turnCount: number): Promise<readonly number[]> {
  const counts: number[] = []
  const query = async (statement: { readonly values: readonly [number, readonly number[]] }) => {
    counts.push(statement.values[1].length)
    await delay(databaseMs)
    return { rows: [], rowCount: 0 }
  }
  const waiting = Array.from({ length: 1_000 }, (_, at) => ({
    journalId: at + 1,
    turn: { senderId: 'vendor', lane: 'history' as const },
    entryCount,
  }))
  const giver = createTurnGiver({ client: { query } as unknown as Db, shard: 0, waiting })
  const judged: RowToJudge = {
    id: 2_000,
    placeId: 2_000,
    shard: 0,
    kind: journalKinds.fixes,
    entryCount: 1,
    payload: Buffer.alloc(0),
    committedAtMs: 0,
    turn: null,
    isWithheld: false,
    lockedKeyId: null,
  }
  for (let turn = 0; turn < turnCount; turn += 1) {
    giver.note(judged, 0.1)
    await giver.give()
  }
  return counts
}

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
