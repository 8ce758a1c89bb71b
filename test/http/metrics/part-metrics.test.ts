import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { readConfig } from '../../../src/config.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { serve } from '../../../src/serve.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

async function withServer<T>(roles: string, work: (address: string) => Promise<T>): Promise<T> {
  const config = readConfig({
    ...database.environment,
    HOEDE_ROLES: roles,
    HOEDE_PORT: '0',
    HOEDE_ADMIN_TOKEN: 'a-token-of-the-first-administrator',
  })
  const log = createSilentLog()
  const server = await serve({ config, log, clock: systemClock, onProgress: () => {} })
  try {
    return await work(server.address)
  } finally {
    await server.stop()
  }
}

async function readMetrics(address: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${address}/metrics`)).text()
  const found = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, name, value] = /^(hoede_\w+) (\S+)$/.exec(line) ?? []
    if (name !== undefined) found.set(name, value === 'Nan' ? Number.NaN : Number(value))
  }
  return found
}

it('the parts of a process show what they count', async () => {
  await withServer('api,evaluator,worker', async (address) => {
    await waitUntil('the evaluator leads', async () => {
      return (await readMetrics(address)).get('hoede_evaluator_leading') === 1
    })
    await waitUntil('a step and a sweep', async () => {
      const metrics = await readMetrics(address)
      const ages = [
        'hoede_evaluator_step_age_seconds',
        'hoede_sweep_age_seconds',
        'hoede_sweep_longest_running_seconds',
      ]
      return ages.every((name) => (metrics.get(name) ?? Number.NaN) < 5)
    })
    const metrics = await readMetrics(address)
    expect(metrics.get('hoede_evaluator_reloads_total')).toBe(1)
    for (const name of [
      'hoede_evaluator_poison_total',
      'hoede_evaluator_failures_total',
      'hoede_evaluator_dossiers',
      'hoede_evaluator_pairs',
      'hoede_evaluator_open_episodes',
      'hoede_sweep_failures_total',
      'hoede_escalations_total',
      'hoede_escalation_late_seconds_max',
      'hoede_webhooks_gave_up_total',
      'hoede_webhooks_under_way',
      'hoede_queue_rebuilds_total',
      'hoede_alert_streams_cut_off_total',
      'hoede_alert_streams',
    ]) {
      expect([name, metrics.get(name)]).toEqual([name, 0])
    }
  })
})

it('a process without a part shows nothing of it', async () => {
  const names = await withServer('api', async (address) => [...(await readMetrics(address)).keys()])
  expect(names).toContain('hoede_alert_streams')
  expect(names.filter((name) => /evaluator_|sweep|webhook|queue/.test(name))).toEqual([
    'hoede_evaluator_lag_seconds',
  ])
})
