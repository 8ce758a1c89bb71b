import { afterAll, beforeAll, expect, it } from 'vitest'
import { RefusedInput } from '../../../src/errors.ts'
import { createBacklogBound } from '../../../src/ingest/intake/backlog-bound.ts'
import { encodeFixes } from '../../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import { appendInTurn, giveTurns, listWaiting } from '../../../src/store/journal/turns.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { nowMs, reportAt } from '../support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const [loud, other] = [
  '01890000-0000-7000-8000-000000000001',
  '01890000-0000-7000-8000-000000000002',
]

async function wait(senderId: string, count: number): Promise<void> {
  const fixes = Array.from({ length: count }, (_, second) => {
    return { ...reportAt(second), deviceId: senderId, receivedAtMs: nowMs }
  })
  await appendInTurn(database.pool, {
    shard: 0,
    kind: journalKinds.fixes,
    turn: { senderId, lane: 'history' },
    parts: [{ entryCount: count, payload: encodeFixes(fixes) }],
  })
}

it('a sender whose backlog is full is told when to come again, and is taken when it is judged', async () => {
  const { pool } = database
  const clock = { elapsedMs: 0 }
  const deps = { db: pool, shard: 0, elapsedMs: () => clock.elapsedMs, reportCountMax: 100 }
  const [here, there] = [createBacklogBound(deps), createBacklogBound(deps)]
  await wait(loud, 60)
  here.note(loud, 60)
  await expect(here.refuse(loud)).resolves.toBeUndefined()
  await wait(loud, 60)
  here.note(loud, 60)
  const refusal = await here.refuse(loud).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(RefusedInput)
  expect(refusal).toMatchObject({ code: 'rate-limited', status: 429, retryAfterSeconds: 1 })
  await expect(here.refuse(other)).resolves.toBeUndefined()
  // What another process has let in is known within a second of the first of one's own.
  there.note(loud, 1)
  await expect
    .poll(
      async () =>
        await there.refuse(loud).then(
          () => 'taken',
          () => 'told to come again',
        ),
    )
    .toBe('told to come again')
  const ids = (await listWaiting(pool, 0)).map(({ journalId }) => journalId)
  await giveTurns(pool, 0, ids)
  await expect(here.refuse(loud)).rejects.toThrow('100 positions of this sender wait')
  clock.elapsedMs += 1_001
  await expect(here.refuse(loud)).resolves.toBeUndefined()
})
