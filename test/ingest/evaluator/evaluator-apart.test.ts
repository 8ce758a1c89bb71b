import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiClient } from '../../support/api-client.ts'
import { listenToAlerts } from '../../support/alert-listener.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import {
  registerWorld,
  type RegisteredCase,
  type RegisteredWorld,
} from '../../support/registered-world.ts'
import {
  findFreePort,
  startServerProcess,
  type ServerProcess,
} from '../../support/server-process.ts'
import { waitUntil } from '../../support/wait-until.ts'

const adminToken = `apart-${'0123456789abcdef'.repeat(3)}`
const hangSeconds = 5
const hangModule = join(import.meta.dirname, '../../support/hang-evaluator-on-signal.ts')

let database: TestDatabase
let dataDir: string
let server: ServerProcess
let world: RegisteredWorld
beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'hoede-apart-'))
  server = await startServerProcess({
    dataDir,
    port: await findFreePort(),
    adminToken,
    environment: {
      ...database.environment,
      HOEDE_EVALUATOR_THREAD: 'yes',
      HOEDE_WATCHDOG_SECONDS: String(hangSeconds),
      NODE_OPTIONS: `--import=${pathToFileURL(hangModule).href}`,
    },
  })
  const admin = createApiClient(server.baseUrl, adminToken)
  world = await registerWorld(admin, { caseCount: 2, startMs: Date.now(), prefix: 'APART' })
})
afterAll(async () => {
  await server?.kill()
  await database?.drop()
  await rm(dataDir, { recursive: true, force: true })
})

function insideBan({ serialNumber, longitude, latitude }: RegisteredCase): object {
  const recordedAt = new Date().toISOString()
  return { positions: [{ serialNumber, recordedAt, longitude, latitude, accuracyMeters: 8 }] }
}

async function post(index: number): Promise<number> {
  const vendor = createApiClient(server.baseUrl, world.vendorToken)
  const startedAtMs = performance.now()
  const answer = await vendor.post('/v1/positions', insideBan(world.cases[index]!))
  expect(answer.status).toBe(202)
  return performance.now() - startedAtMs
}

async function readMetric(name: string): Promise<number> {
  const text = await (await fetch(`${server.baseUrl}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

describe('an evaluator with a thread of its own', () => {
  it('an alert of the thread reaches the stream at once, and its counts reach the metrics', async () => {
    const listener = await listenToAlerts(server.baseUrl, world.operatorToken)
    try {
      const { orderId } = world.cases[0]!
      const raised = listener.waitFor(
        ({ protectionOrderId }) => protectionOrderId === orderId,
        5_000,
      )
      await post(0)
      await raised
    } finally {
      listener.close()
    }
    await waitUntil('the alert is counted', async () => {
      return (await readMetric('hoede_evaluator_alerts_total')) >= 1
    })
    expect(await readMetric('hoede_evaluator_leading')).toBe(1)
  })

  it('reports are acknowledged as usual while the thread hangs, and another one judges them then', async () => {
    server.child.kill('SIGUSR2')
    const listener = await listenToAlerts(server.baseUrl, world.operatorToken)
    try {
      const { orderId } = world.cases[1]!
      const raised = listener.waitFor(
        ({ protectionOrderId }) => protectionOrderId === orderId,
        30_000,
      )
      await waitUntil('the thread hangs', async () => {
        return (await readMetric('hoede_evaluator_step_age_seconds')) > 2
      })
      expect(await post(1)).toBeLessThan(1_000)
      expect((await raised).kind).toBe('location-ban-breach')
    } finally {
      listener.close()
    }
    expect(server.output()).toContain('the thread of the evaluator hangs; it is ended')
    await waitUntil('the new thread is seen', async () => {
      return (await readMetric('hoede_evaluator_leading')) === 1
    })
    expect(await readMetric('hoede_evaluator_failures_total')).toBeGreaterThanOrEqual(1)
    // It leads a moment before all that waited is judged.
    await waitUntil('the server is ready again', async () => {
      return (await fetch(`${server.baseUrl}/health/ready`)).status === 200
    })
  }, 60_000)

  it('a stop lets the thread finish, and the process ends well', async () => {
    expect(await server.stop()).toBe(0)
    expect(server.output()).not.toContain('"level":"fatal"')
  })
})
