import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { listenToAlerts, type AlertListener } from '../support/alert-listener.ts'
import { createApiClient } from '../support/api-client.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { registerWorld, type RegisteredWorld } from '../support/registered-world.ts'
import { findFreePort, startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { startSilentProxy, type SilentProxy } from '../support/silent-proxy.ts'
import { waitUntil } from '../support/wait-until.ts'

const adminToken = `standby-${'0123456789abcdef'.repeat(3)}`
const takeOverMsMax = 10_000
const takeOverAfterKillMsMax = 3_000

let database: TestDatabase
let api: ServerProcess
let world: RegisteredWorld
let desk: AlertListener
const evaluators = new Set<ServerProcess>()
const proxies: SilentProxy[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  // Somebody calls people: without anybody no process is ready.
  api = await startRole('api,worker', database.urlAs('owner'))
  world = await registerWorld(createApiClient(api.baseUrl, adminToken), {
    caseCount: 8,
    startMs: Date.now() - 3_600_000,
    prefix: 'STANDBY',
  })
  desk = await listenToAlerts(api.baseUrl, world.operatorToken)
})
// A leader that a failed test leaves behind would lead in the next one too.
afterEach(async () => await end(...evaluators))
afterAll(async () => {
  desk?.close()
  await api?.stop()
  for (const proxy of proxies) proxy.close()
  await database?.drop()
})

async function startRole(roles: string, databaseUrl: string): Promise<ServerProcess> {
  return await startServerProcess({
    dataDir: '/nonexistent',
    port: await findFreePort(),
    adminToken,
    environment: { DATABASE_URL: databaseUrl, HOEDE_ROLES: roles },
  })
}

async function startEvaluator(databaseUrl = database.urlAs('owner')): Promise<ServerProcess> {
  const evaluator = await startRole('evaluator', databaseUrl)
  evaluators.add(evaluator)
  return evaluator
}

async function leads({ baseUrl }: ServerProcess): Promise<boolean> {
  const response = await fetch(`${baseUrl}/metrics`, { signal: AbortSignal.timeout(2_000) })
  return /^hoede_evaluator_leading(\{[^}]*\})? 1$/m.test(await response.text())
}

/** A leader, and another one that stands by. */
async function startPair(
  leaderUrl = database.urlAs('owner'),
  standbyUrl = database.urlAs('owner'),
): Promise<[ServerProcess, ServerProcess]> {
  const leader = await startEvaluator(leaderUrl)
  await waitUntil('the first one leads', () => leads(leader))
  return [leader, await startEvaluator(standbyUrl)]
}

/** The database, by a line that can fail. */
async function startLine(): Promise<{ readonly proxy: SilentProxy; readonly url: string }> {
  const url = new URL(database.urlAs('owner'))
  const proxy = await startSilentProxy({ host: url.hostname, port: Number(url.port) })
  proxies.push(proxy)
  url.port = String(proxy.port)
  return { proxy, url: url.href }
}

async function end(...ended: readonly ServerProcess[]): Promise<void> {
  for (const evaluator of ended) {
    evaluators.delete(evaluator)
    await evaluator.kill()
  }
}

/** Reports the offender of a case at the centre of the ban; gives how long the alert took. */
async function enterBan(index: number, msMax: number): Promise<number> {
  const item = world.cases[index]
  if (item === undefined) throw new Error(`expected a case ${index}`)
  const startedAtMs = performance.now()
  const told = desk.waitFor(
    (event) => event.protectionOrderId === item.orderId && event.kind === 'location-ban-breach',
    msMax,
  )
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
  await told
  return performance.now() - startedAtMs
}

/** What was written of breaches; silences may come meanwhile. */
async function readWritten(): Promise<unknown> {
  const { rows } = await database.pool.query(
    `with breaches as (select id from alerts where kind = 'location-ban-breach')
     select (select count(*) from breaches) as alerts,
            (select count(*) from alert_events where alert_id in (table breaches)) as events,
            (select count(*) from escalations where alert_id in (table breaches)) as escalations`,
  )
  return rows[0]
}

describe('a standby', () => {
  it('a standby takes over from a leader that was stopped, and the one that wakes writes nothing', async () => {
    const [leader, standby] = await startPair()
    await enterBan(0, 10_000)
    leader.child.kill('SIGSTOP')
    expect(await enterBan(1, takeOverMsMax)).toBeLessThan(takeOverMsMax)
    expect(await leads(standby)).toBe(true)
    const before = await readWritten()
    leader.child.kill('SIGCONT')
    await waitUntil('the one that woke stands by', async () => {
      return leader.output().split('another evaluator leads').length > 1 && !(await leads(leader))
    })
    await delay(2_000)
    expect(await readWritten()).toEqual(before)
    expect(await leads(standby)).toBe(true)
    await enterBan(2, 5_000)
    await end(leader, standby)
  }, 90_000)

  it('a standby takes over at once from a leader that was killed', async () => {
    const [leader, standby] = await startPair()
    leader.child.kill('SIGKILL')
    expect(await enterBan(3, takeOverMsMax)).toBeLessThan(takeOverAfterKillMsMax)
    await end(leader, standby)
  }, 60_000)

  it('a standby takes over from a leader whose machine vanished from the network', async () => {
    const { proxy, url } = await startLine()
    const [leader, standby] = await startPair(url)
    proxy.vanish()
    expect(await enterBan(4, takeOverMsMax)).toBeLessThan(takeOverMsMax)
    expect(await leads(standby)).toBe(true)
    await end(leader, standby)
  }, 60_000)

  it('a standby that could not look suspects nobody', async () => {
    const { proxy, url } = await startLine()
    const [leader, standby] = await startPair(url, url)
    await proxy.hold(8_000)
    await enterBan(5, 10_000)
    expect(await leads(leader)).toBe(true)
    expect(await leads(standby)).toBe(false)
    await end(leader, standby)
  }, 60_000)
})
