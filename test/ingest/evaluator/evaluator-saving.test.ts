import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { inTransactionOn, saveStep } from '../../../src/ingest/evaluator/evaluator-saving.ts'
import { insertEscalationLadder } from '../../../src/store/alerts/escalation-ladders.ts'
import { openEvaluatorPlace } from '../../../src/store/evaluator/evaluator-place.ts'
import { connect, isDatabaseUnavailable } from '../../../src/store/pg/pool.ts'
import { raised } from '../../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { startSilentProxy } from '../../support/silent-proxy.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('saving that lost against another transaction is done again on the same connection', async () => {
  const client = await database.pool.connect()
  try {
    let beginCount = 0
    await inTransactionOn(client, 'begin', async () => {
      beginCount += 1
      await client.query('insert into vendors (name) values ($1)', [`vendor ${beginCount}`])
      if (beginCount < 3) await client.query(`do $$ begin raise sqlstate '40P01'; end $$`)
    })
    const { rows } = await client.query('select name from vendors')
    expect(rows).toEqual([{ name: 'vendor 3' }])
  } finally {
    client.release()
  }
})

describe('who is called for an alert', () => {
  const T = 1_795_000_000_000
  const own = [{ afterSeconds: 30, target: 'supervisor' }] as const
  const organisation = [{ afterSeconds: 45, target: 'second-operator' }] as const

  async function callsAfterSaving(escalation: ProtectionOrder['escalation']) {
    const client = await database.pool.connect()
    try {
      const effect = raised()
      const expected = await openEvaluatorPlace(client, 0)
      const findOrder = (id: string): ProtectionOrder => ({
        id,
        version: 1,
        reference: id,
        legalBasis: 'civil-ban',
        offenderId: id,
        validFromMs: T,
        validUntilMs: T + 1,
        status: 'active',
        locationBans: [],
        proximityBans: [],
        escalation,
      })
      const place = { shard: 0, expected, journalId: expected }
      const step = { ...place, nowMs: T, limits: defaultLimits, effects: [effect], findOrder }
      await saveStep(client, step)
      const { rows } = await client.query(
        `select target, ((extract(epoch from due_at) * 1000)::float8 - $2) / 1000 as "afterSeconds"
           from escalations where alert_id = $1 order by step`,
        [effect.alert.id, T],
      )
      return rows
    } finally {
      client.release()
    }
  }

  it('is the ladder as delivered while nobody has set another', async () => {
    expect(await callsAfterSaving(null)).toEqual(defaultLimits.escalation)
  })

  it("is the organisation's newest ladder once there is one, and the order's own before that", async () => {
    const { rows } = await database.pool.query<{ id: string }>(
      `insert into api_clients (name, role, token_hash) values ('a', 'administrator', 'x') returning id`,
    )
    const changedBy = rows[0]?.id ?? ''
    for (const steps of [own, organisation]) {
      await insertEscalationLadder(database.pool, { steps, changedBy, changedAtMs: T })
    }
    expect(await callsAfterSaving(null)).toEqual(organisation)
    expect(await callsAfterSaving(own)).toEqual(own)
  })
})

it('a connection that has died without a word is waited for once, and is a database that is away', async () => {
  const url = new URL(database.url)
  const proxy = await startSilentProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(proxy.port)
  const pool = await connect(url.href, { queryMsMax: 2_000 })
  const client = await pool.connect()
  const startedAtMs = performance.now()
  const failure = await inTransactionOn(client, 'begin', async () => {
    proxy.silence()
    await client.query('select 1')
  }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ message: 'Query read timeout' })
  expect(isDatabaseUnavailable(failure)).toBe(true)
  expect(performance.now() - startedAtMs).toBeLessThan(3_900)
  client.release(true)
  await pool.end()
  proxy.close()
})
