import { openFixes } from '../../src/store/keys/sealed-fixes.ts'
import { journalKinds } from '../../src/store/journal/journal-kinds.ts'
import { findAlert } from '../../src/store/alerts/alerts.ts'
import { sealEvidence } from '../../src/store/keys/sealed-evidence.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { Registry } from '../../src/core/model/registry.ts'
import { chooseRisk, riskProfilesDelivered } from '../../src/core/model/risk-profiles.ts'
import { explainAlert, type Explanation } from '../../src/explain/explain.ts'
import { decodeFixes, encodeFixes } from '../../src/store/journal/journal-codec.ts'
import { dayPlan, generateTown, stagePlan } from '../../lab/town/town.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { playScenario } from '../support/played-scenario.ts'

const stageStartMs = Date.UTC(2026, 2, 10, 8)

describe.each([
  ['the stage', 1, stagePlan(stageStartMs)],
  ['the stage', 2, stagePlan(stageStartMs)],
  ['the morning', 3, dayPlan],
])('%s of a generated town (seed %d)', (_, seed, plan) => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    const town = generateTown(seed, plan)
    const { fixes, deviceEvents } = town.scenario
    const registry = seed === 2 ? asGrave(town.scenario.registry) : town.scenario.registry
    const startMs = Math.min(fixes[0]!.receivedAtMs, plan.startMs) - 60_000
    const endMs = town.endMs + 120_000
    const restartsAt = [100, 301]
    await playScenario(database.pool, { registry, fixes, deviceEvents, startMs, endMs, restartsAt })
  }, 300_000)
  afterAll(() => database.drop())

  it('every alert that a generated town raised comes out the same', async () => {
    const alerts = await listAlerts(database)
    expect(new Set(alerts.map(({ kind }) => kind)).size).toBeGreaterThan(10)
    const profiles = new Set(alerts.map(({ profile }) => profile))
    expect(profiles.has('high')).toBe(seed === 2)
    const others = []
    for (const { id, kind } of alerts) {
      const { outcome, differences, obstacles } = await explain(database, id)
      if (outcome !== 'same') others.push({ id, kind, outcome, differences, obstacles })
    }
    expect(others).toEqual([])
  }, 120_000)
})

/** Every case watched by the gravest profile. */
function asGrave(registry: Registry): Registry {
  const row = riskProfilesDelivered['high']!
  const protectionOrders = registry.protectionOrders.map((order) => {
    return { ...order, risk: chooseRisk('high', 0, row) }
  })
  return { ...registry, protectionOrders }
}

describe('an alert that was tampered with, or whose journal was', () => {
  let database: TestDatabase
  let breachId: string
  let pairId: string

  beforeAll(async () => {
    database = await createTestDatabase()
    const town = generateTown(5, stagePlan(stageStartMs))
    const { registry, fixes, deviceEvents } = town.scenario
    const startMs = fixes[0]!.receivedAtMs - 60_000
    const endMs = town.endMs + 120_000
    await playScenario(database.pool, { registry, fixes, deviceEvents, startMs, endMs })
    const alerts = await listAlerts(database)
    breachId = alerts.find(({ kind }) => kind === 'location-ban-breach')!.id
    pairId = alerts.find(({ kind }) => kind === 'proximity-breach')!.id
  }, 120_000)
  afterAll(() => database.drop())

  /** What is found after the change, which is then taken back. */
  async function explainAfter(sql: string, values: readonly unknown[]): Promise<Explanation> {
    const client = await database.pool.connect()
    try {
      await client.query('begin')
      const { rowCount } = await client.query(sql, [...values])
      expect(rowCount).toBeGreaterThan(0)
      const alertId = breachId
      return await explainAlert(client, { alertId, shard: 0, limits: defaultLimits })
    } finally {
      await client.query('rollback')
      client.release()
    }
  }

  /** The row of the fix that settled the breach, and its place among the evidence. */
  async function findRevealing(): Promise<{ journalId: number; recordedAtMs: number }> {
    const { rows } = await database.pool.query<{ id: number; recorded: number }>(
      `select f.journal_id as id, (extract(epoch from f.recorded_at) * 1000)::float8 as recorded
         from fixes f join alerts a on a.device_id = f.device_id and f.received_at = a.learned_at
        where a.id = $1`,
      [breachId],
    )
    return { journalId: rows[0]!.id, recordedAtMs: rows[0]!.recorded }
  }

  it('an alert that was not tampered with comes out the same', async () => {
    expect(await explain(database, breachId)).toMatchObject({ outcome: 'same', differences: [] })
    expect(await explain(database, pairId)).toMatchObject({ outcome: 'same', differences: [] })
  })

  it('an alert comes out the same when its priority was revised, and the sentence for it', async () => {
    const found = await explainAfter(
      `with revised as (update alerts set priority = 'P3', reason = 'They travel together.' where id = $1)
       insert into alert_transitions (alert_id, kind, detail)
       values ($1, 'revised', '{"kind":"priority","priority":"P3","reason":"They travel together."}')`,
      [breachId],
    )
    expect(found).toMatchObject({ outcome: 'same', differences: [] })
  })

  it('a tampered alert comes out different in the very fields that were changed', async () => {
    const found = await explainAfter(
      `update alerts set probability = 0.5, reason = 'Nothing happened.' where id = $1`,
      [breachId],
    )
    expect(found.outcome).toBe('different')
    expect(found.differences.map(({ field }) => field)).toEqual(['probability', 'reason'])
    expect(found.differences[0]).toMatchObject({ stored: 0.5 })
  })

  it.each([
    [`priority = 'P3'`, 'priority'],
    [`occurred_at = occurred_at - interval '1 minute'`, 'occurredAtMs'],
    [`late = not late`, 'late'],
  ])('an explanation shows that %s was written', async (assignment, field) => {
    const found = await explainAfter(`update alerts set ${assignment} where id = $1`, [breachId])
    expect(found.outcome).toBe('different')
    expect(found.differences.map((difference) => difference.field)).toEqual([field])
  })

  it.each([
    ['borderMeters', '7'],
    ['added', 'true'],
  ])(
    'an explanation shows that the fact %s was written, and that its seal says so',
    async (name, value) => {
      const written = `evidence = jsonb_set(evidence, '{facts,${name}}', '${value}')`
      const found = await explainAfter(`update alerts set ${written} where id = $1`, [breachId])
      expect(found.outcome).toBe('different')
      expect(found.differences.map(({ field }) => field)).toEqual([
        `evidence.facts.${name}`,
        'evidence.isNotAsSealed',
      ])
    },
  )

  it('an explanation shows that another place was sealed into the evidence', async () => {
    const { pool } = database
    const { evidence } = (await findAlert(pool, breachId))!
    const [first, ...others] = evidence.fixes
    const forged = { ...evidence, fixes: [{ ...first!, longitude: 4.5 }, ...others] }
    const { rows } = await pool.query<{ readonly protectionOrderId: string }>(
      'select protection_order_id as "protectionOrderId" from alerts where id = $1',
      [breachId],
    )
    const sealed = await sealEvidence(pool, { id: breachId, ...rows[0]!, evidence: forged })
    const values = [breachId, JSON.stringify(sealed)]
    const found = await explainAfter('update alerts set evidence = $2 where id = $1', values)
    expect(found.outcome).toBe('different')
    expect(found.differences.map(({ field }) => field)).toEqual(['evidence.fixes.0.longitude'])
  })

  it('an alert comes out different when a row of the journal says something else, sealed anew', async () => {
    const { journalId, recordedAtMs } = await findRevealing()
    const { rows } = await database.pool.query<{ payload: Buffer }>(
      'select payload from journal where id = $1',
      [journalId],
    )
    const [row] = await openFixes(database.pool, [{ kind: journalKinds.fixes, ...rows[0]! }])
    const fixes = decodeFixes(row!.payload).map((fix) => {
      return fix.recordedAtMs === recordedAtMs ? { ...fix, longitude: fix.longitude + 1 } : fix
    })
    const payload = encodeFixes(fixes)
    const found = await explainAfter('update journal set payload = $2 where id = $1', [
      journalId,
      payload,
    ])
    expect(found.outcome).toBe('different')
  })

  it('no explanation is possible when a row of the journal is not what was written', async () => {
    const { journalId } = await findRevealing()
    const found = await explainAfter(
      `update journal set payload = set_byte(payload, length(payload) - 1, 255 - get_byte(payload, length(payload) - 1))
        where id = $1`,
      [journalId],
    )
    expect(found.outcome).toBe('not-possible')
    expect(found.obstacles).toEqual([{ type: 'row-unreadable', journalId }])
  })

  it('no explanation is possible when a row that the history names is gone', async () => {
    const { journalId } = await findRevealing()
    const found = await explainAfter('delete from journal where id = $1', [journalId])
    expect(found.outcome).toBe('not-possible')
    expect(found.obstacles).toEqual([{ type: 'rows-missing', journalIds: [journalId] }])
  })

  it('no explanation is possible when the registration of its order is gone', async () => {
    const found = await explainAfter('delete from journal where kind = $1', [3])
    expect(found.outcome).toBe('not-possible')
    expect(found.obstacles.map(({ type }) => type)).toContain('registration-missing')
  })

  it('no explanation is possible by other limits or another algorithm than the alert was judged by', async () => {
    for (const key of ['limitsVersion', 'algorithmVersion']) {
      const found = await explainAfter(
        `update alerts set evidence = jsonb_set(evidence, $2::text[], '"1999-1"') where id = $1`,
        [breachId, [key]],
      )
      expect(found.outcome).toBe('not-possible')
      expect(found.obstacles).toMatchObject([{ stored: '1999-1' }])
    }
  })

  it('no explanation is possible when there is no such alert', async () => {
    const found = await explain(database, '00000000-0000-8000-8000-000000000000')
    expect(found).toMatchObject({ outcome: 'not-possible', obstacles: [{ type: 'alert-unknown' }] })
  })

  it('no explanation is possible when retention has cut the journal, and it says up to where', async () => {
    const { rows } = await database.pool.query<{ id: number }>(
      'select max(id) as id from journal where kind <> 3',
    )
    const found = await explainAfter(
      `with cut as (delete from journal where kind <> 3)
       insert into journal_positions (reader, shard, journal_id) values ('pruned', 0, $1)`,
      [rows[0]!.id],
    )
    expect(found.outcome).toBe('not-possible')
    expect(found.obstacles).toEqual([{ type: 'journal-pruned', upToId: rows[0]!.id }])
  })
})

function explain(database: TestDatabase, alertId: string): Promise<Explanation> {
  return explainAlert(database.pool, { alertId, shard: 0, limits: defaultLimits })
}

async function listAlerts(database: TestDatabase): Promise<readonly Listed[]> {
  const { rows } = await database.pool.query<Listed>(
    `select id, kind, evidence #>> '{facts,riskProfile}' as profile from alerts order by raised_at, id`,
  )
  return rows
}

type Listed = { readonly id: string; readonly kind: string; readonly profile: string | null }
