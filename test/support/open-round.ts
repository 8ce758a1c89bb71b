import type pg from 'pg'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createCounts } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { loadMemory } from '../../src/ingest/evaluator/evaluator-memory.ts'
import { createEvaluatorRound } from '../../src/ingest/evaluator/evaluator-round.ts'
import { loadStanding } from '../../src/ingest/evaluator/standing.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { openEvaluatorPlace } from '../../src/store/evaluator/evaluator-place.ts'
import { encodeFixes } from '../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../src/store/journal/journal-kinds.ts'
import { appendInTurn, listWaiting, type Turn } from '../../src/store/journal/turns.ts'
import type { TestDatabase } from './database.ts'
import { readFence } from './lease.ts'
import { createSilentLog } from './silent-log.ts'

/** An evaluator whose steps a test takes itself, from what is saved. */
export async function openRound(
  { pool }: TestDatabase,
  client: pg.PoolClient,
  onEnd: (close: () => void) => void,
  snapshotMs = 0,
) {
  const log = createSilentLog()
  const clock = { nowMs: () => Date.now() }
  const doorbell = createLocalDoorbell({ log, pollMs: 60_000 })
  onEnd(() => void doorbell.close())
  const shared = { shard: 0, limits: defaultLimits, log }
  const memory = await loadMemory(client, { ...shared, isClockHeld: () => false })
  return createEvaluatorRound({
    ...shared,
    pool,
    clock,
    doorbell,
    snapshotMs,
    client,
    fence: await readFence(client),
    memory,
    place: await openEvaluatorPlace(client, 0),
    waiting: await listWaiting(client, 0),
    recorded: await loadStanding(client),
    counts: createCounts(),
    isFailing: () => false,
  })
}

/** As the intake does with history: a row of the journal that is judged when its turn comes. */
export async function appendWaiting(
  pool: pg.Pool,
  fixes: readonly Fix[],
  turn: Turn,
): Promise<void> {
  await appendInTurn(pool, {
    shard: 0,
    kind: journalKinds.fixes,
    turn,
    parts: [{ entryCount: fixes.length, payload: encodeFixes(fixes) }],
  })
}
