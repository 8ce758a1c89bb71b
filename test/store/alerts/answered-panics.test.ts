import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { acknowledgeAlert } from '../../../src/store/alerts/alert-actions.ts'
import { findAnsweredPanics } from '../../../src/store/alerts/answered-panics.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { answerAt, raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const atMs = 1_795_000_000_000

it('the list of answered panics names the devices of which no press waits for an answer', async () => {
  const deviceId = randomUUID()
  const find = async () => [...(await findAnsweredPanics(database.pool, [deviceId]))]
  const press = async () => await raiseAlertAt(database.pool, atMs, { kind: 'panic', deviceId })
  const answer = async (alertId: string) =>
    await inTransaction(database.pool, (tx) =>
      acknowledgeAlert(tx, answerAt(atMs + 1_000, alertId, randomUUID())),
    )
  expect(await find()).toEqual([])
  await answer(await press())
  expect(await find()).toEqual([deviceId])
  const again = await press()
  expect(await find()).toEqual([])
  await answer(again)
  expect(await find()).toEqual([deviceId])
  expect([...(await findAnsweredPanics(database.pool, []))]).toEqual([])
})
