import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databaseLogins, prepareDatabaseSql } from '../../src/embedded-postgres/roles.ts'
import { grantRoles } from '../../src/store/pg/grants.ts'
import { migrate } from '../../src/store/pg/migrate.ts'
import { listenToAlerts, type AlertListener } from '../support/alert-listener.ts'
import { createApiClient } from '../support/api-client.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { isRedisMissing, redisSkipNote, startTestRedis, type TestRedis } from '../support/redis.ts'
import { registerWorld, type RegisteredWorld } from '../support/registered-world.ts'
import { findFreePort, startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { waitUntil } from '../support/wait-until.ts'

const adminToken = `scaled-out-${'0123456789abcdef'.repeat(3)}`

describe.skipIf(isRedisMissing)(
  `one process a role, as in docker-compose.yml${redisSkipNote}`,
  () => {
    let database: TestDatabase
    let redis: TestRedis
    const processes: ServerProcess[] = []
    let api: ServerProcess
    let evaluator: ServerProcess
    let world: RegisteredWorld
    let desk: AlertListener

    beforeAll(async () => {
      database = await createTestDatabase({ isMigrated: false })
      await database.pool.query(prepareDatabaseSql(database.name))
      const started = await startTestRedis()
      if (started === null) throw new Error('expected a Redis, found none')
      redis = started
      // As the container that ends before the others begin; none of them knows the owner.
      await expect(startRole('worker')).rejects.toThrow('Run "npm run migrate" first')
      await migrateAsOwner()
      const [first, second] = await Promise.all(
        ['api', 'evaluator', 'worker'].map(async (role) => await startRole(role)),
      )
      if (first === undefined || second === undefined) throw new Error('expected both')
      api = first
      evaluator = second
      world = await registerWorld(createApiClient(api.baseUrl, adminToken), {
        caseCount: 3,
        startMs: Date.now() - 3_600_000,
        prefix: 'SCALED',
      })
      desk = await listenToAlerts(api.baseUrl, world.operatorToken)
    }, 120_000)
    afterAll(async () => {
      desk?.close()
      for (const child of processes) await child.stop()
      await redis?.stop()
      await database?.drop()
    })

    async function migrateAsOwner(): Promise<void> {
      const owner = await database.connectAs('owner')
      await migrate(owner)
      await grantRoles(owner)
    }

    async function startRole(role: string): Promise<ServerProcess> {
      const child = await startServerProcess({
        dataDir: '/nonexistent',
        port: await findFreePort(),
        adminToken,
        environment: {
          DATABASE_URL:
            role === 'api' ? database.urlAs('api') : withoutPassword(database.urlAs('api')),
          ...ownLogin(role),
          REDIS_URL: redis.url,
          HOEDE_ROLES: role,
        },
      })
      processes.push(child)
      return child
    }

    function ownLogin(role: string): Record<string, string> {
      const login = databaseLogins.find((known) => known === role && known !== 'api') ?? 'intake'
      return { [`HOEDE_DATABASE_${login.toUpperCase()}_URL`]: database.urlAs(login) }
    }

    async function enterBan(index: number): Promise<void> {
      const item = world.cases[index]
      if (item === undefined) throw new Error(`expected a case ${index}`)
      const arrived = desk.waitFor(
        (event) => event.protectionOrderId === item.orderId && event.kind === 'location-ban-breach',
        10_000,
      )
      await post(item)
      await arrived
    }

    /** How long the answer took, in milliseconds. */
    async function post(item: RegisteredWorld['cases'][number]): Promise<number> {
      const sentAtMs = performance.now()
      await createApiClient(api.baseUrl, world.vendorToken).mustPost('/v1/positions', {
        positions: [
          {
            serialNumber: item.serialNumber,
            recordedAt: new Date().toISOString(),
            longitude: item.longitude,
            latitude: item.latitude,
            accuracyMeters: 8,
          },
        ],
      })
      return performance.now() - sentAtMs
    }

    it('a fix travels from the api process over the evaluator to the desk', async () => {
      await enterBan(0)
    }, 30_000)

    it('a process without the role api serves nothing but health', async () => {
      const client = createApiClient(evaluator.baseUrl, adminToken)
      expect((await client.get('/health/live')).status).toBe(200)
      expect((await client.get('/v1/alerts')).status).toBe(404)
    })

    it('the desk still hears of alerts when Redis is gone', async () => {
      if (redis.kill === null) return
      await redis.kill?.()
      await enterBan(1)
      await enterBan(2)
    }, 60_000)

    it('senders of positions wait while the process that judges is gone', async () => {
      const [item] = world.cases
      if (item === undefined) throw new Error('expected a case')
      await evaluator.stop()
      await post(item)
      await waitUntil('it is known to be behind', async () => (await post(item)) > 900)
    }, 60_000)
  },
)

function withoutPassword(address: string): string {
  const url = new URL(address)
  url.password = ''
  return url.href
}
