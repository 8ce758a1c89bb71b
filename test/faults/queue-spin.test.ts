import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findRunningCluster } from '../../src/embedded-postgres/process.ts'
import { listenToAlerts } from '../support/alert-listener.ts'
import { createApiClient } from '../support/api-client.ts'
import { registerWorld, type RegisteredWorld } from '../support/registered-world.ts'
import { findFreePort, startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { waitUntil } from '../support/wait-until.ts'
import { openEmbeddedForInspection, type Inspection } from './inspect-database.ts'

const adminToken = `queue-spin-${'0123456789abcdef'.repeat(3)}`
/** Longer than a connection of the queue is waited for. */
const standstillMs = 14_000

let dataDir: string
let server: ServerProcess
let world: RegisteredWorld
let inspection: Inspection

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hoede-spin-'))
  server = await startServerProcess({ dataDir, port: await findFreePort(), adminToken })
  world = await registerWorld(createApiClient(server.baseUrl, adminToken), {
    caseCount: 1,
    startMs: Date.now() - 3_600_000,
    prefix: 'SPIN',
  })
  inspection = await openEmbeddedForInspection(dataDir)
})
afterAll(async () => {
  await inspection?.close()
  if (server !== undefined && server.child.exitCode === null) await server.kill()
  const cluster = await findRunningCluster(join(dataDir, 'postgres'))
  if (cluster !== null) process.kill(cluster.pid, 'SIGQUIT')
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const queueConnections = `from pg_stat_activity where application_name = 'hoede-queue'`

/** The process that accepts connections stands still; those that exist go on. */
async function stopAccepting(ms: number): Promise<void> {
  const cluster = await findRunningCluster(join(dataDir, 'postgres'))
  if (cluster === null) throw new Error('expected a running PostgreSQL')
  process.kill(cluster.pid, 'SIGSTOP')
  try {
    await delay(ms)
  } finally {
    process.kill(cluster.pid, 'SIGCONT')
  }
}

async function expectAliveness(): Promise<void> {
  const response = await fetch(`${server.baseUrl}/health/live`, {
    signal: AbortSignal.timeout(5_000),
  })
  await response.body?.cancel()
  expect(response.status).toBe(200)
}

describe('a queue that loses its connections while the database accepts no new ones', () => {
  it('the server answers, tells alerts and makes its queue anew afterwards', async () => {
    await waitUntil('the queue has its connections', async () => {
      return (await inspection.query(`select pid ${queueConnections}`)).length > 1
    })
    await inspection.query(`select pg_terminate_backend(pid) ${queueConnections}`)
    await waitUntil(
      'the queue connects again',
      async () => (await inspection.query(`select pid ${queueConnections}`)).length > 0,
      45_000,
    )
    await stopAccepting(standstillMs)
    await expectAliveness()
    const desk = await listenToAlerts(server.baseUrl, world.operatorToken)
    const [item] = world.cases
    const breach = desk.waitFor((event) => event.protectionOrderId === item?.orderId, 15_000)
    await createApiClient(server.baseUrl, world.vendorToken).mustPost('/v1/positions', {
      positions: [
        {
          serialNumber: item?.serialNumber,
          recordedAt: new Date().toISOString(),
          longitude: item?.longitude,
          latitude: item?.latitude,
          accuracyMeters: 8,
        },
      ],
    })
    await breach
    desk.close()
    await waitUntil(
      'the queue is open again',
      async () => (await inspection.query(`select pid ${queueConnections}`)).length > 1,
      45_000,
    )
    await expectAliveness()
  }, 120_000)

  it('a signal ends the server in time', async () => {
    const startedAtMs = performance.now()
    expect(await Promise.race([server.stop(), delay(15_000, 'still running')])).toBe(0)
    expect(performance.now() - startedAtMs).toBeLessThan(15_000)
  })
})
