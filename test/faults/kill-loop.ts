import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createSilentLog } from '../support/silent-log.ts'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/embedded.ts'
import { createRandom } from '../support/random.ts'
import { type ApiTestClient, createApiClient, type Json } from '../support/api-client.ts'
import {
  outsideDegrees,
  registerWorld,
  type RegisteredWorld,
  textOf,
} from '../support/registered-world.ts'
import { findFreePort, type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { openEmbeddedForInspection, postgresProcessIds } from './inspect-database.ts'

/**
 * Kills the server under load, again and again, and compares the client's own ledger of what was
 * acknowledged with what is stored, and the alerts that must exist with those that do.
 *
 * With `asynchronousCommit` it is its own negative control: the same checker must then see loss.
 */
export async function runKillLoop(options: KillLoopOptions): Promise<KillLoopReport> {
  const random = createRandom(options.seed)
  const dataDir = await mkdtemp(join(tmpdir(), 'hoede-kill-'))
  const port = await findFreePort()
  const adminToken = `kill-loop-${'0123456789abcdef'.repeat(3)}`
  const start = async (): Promise<ServerProcess> =>
    await startServerProcess({ dataDir, port, adminToken })

  let server = await start()
  const restartMs: number[] = []
  try {
    const world = await registerWorld(createApiClient(server.baseUrl, adminToken), {
      caseCount,
      startMs: Date.now() - 20 * 86_400_000,
      prefix: 'KILL',
    })
    const ledger = createLedger()
    const vendor = createApiClient(server.baseUrl, world.vendorToken)

    for (let round = 1; round <= options.rounds; round += 1) {
      if (options.asynchronousCommit) await loosenCommit(dataDir)
      const load = startLoad(vendor, world, ledger, !options.asynchronousCommit)
      await delay(300 + random() * 700)
      const killsPostgres = options.asynchronousCommit || round % 2 === 0
      const postgres = killsPostgres ? await postgresProcessIds(dataDir) : []
      for (const id of postgres) signal(id, 'SIGSTOP')
      server.child.kill('SIGKILL')
      for (const id of postgres) signal(id, 'SIGKILL')
      await server.kill()
      await load.stop()
      if (options.asynchronousCommit) await tightenCommit(dataDir)
      server = await start()
      restartMs.push(server.readyMs)
      options.progress(
        `round ${round}/${options.rounds}: killed ${killsPostgres ? 'server and PostgreSQL' : 'server'}, ready again after ${Math.round(server.readyMs)} ms, ${ledger.acknowledged.size} fixes acknowledged`,
      )
    }

    if (!options.asynchronousCommit) await drain(vendor, world, ledger)
    const operator = createApiClient(server.baseUrl, world.operatorToken)
    const expectedAlerts = expectedBreaches(world, ledger)
    // What the control lost can raise no alert: there is nothing to wait for.
    const alerts = options.asynchronousCommit
      ? await listBreaches(operator)
      : await waitForAlerts(operator, expectedAlerts.length)
    const stored = await storedFixes(dataDir)
    return report(ledger, stored, expectedAlerts, alerts, restartMs)
  } finally {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

export type KillLoopOptions = {
  readonly rounds: number
  readonly seed: number
  readonly asynchronousCommit: boolean
  readonly progress: (line: string) => void
}

export type KillLoopReport = {
  readonly acknowledgedFixes: number
  readonly lostFixes: number
  readonly doubledFixes: number
  readonly expectedAlerts: number
  readonly missingAlerts: readonly string[]
  readonly doubledAlerts: readonly string[]
  readonly unexpectedAlerts: readonly string[]
  readonly restartMsMedian: number
  readonly restartMsMax: number
}

/** `next` is the step each device sends next; `acknowledged` holds `serial#step`. */
type Ledger = { readonly acknowledged: Set<string>; next: number }

const caseCount = 10
const stepMs = 30_000
/**
 * Four fixes inside, six outside: an episode of 2 minutes, ended by fixes that span more than 60 s.
 */
const stepsInside = 4
const stepsPerCycle = 10

function createLedger(): Ledger {
  return { acknowledged: new Set(), next: 0 }
}

/** Posts step after step for every case until stopped; a vendor that got no answer sends again. */
function startLoad(
  vendor: ApiTestClient,
  world: RegisteredWorld,
  ledger: Ledger,
  resends: boolean,
): { readonly stop: () => Promise<void> } {
  let stopped = false
  const run = async (): Promise<void> => {
    while (!stopped) {
      const isTaken = await postStep(vendor, world, ledger)
      // Unanswered steps are sent again after the restart, or given up where loss is to be seen.
      if (!isTaken && !resends) ledger.next += 1
      if (!isTaken) return
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopped = true
      await running
    },
  }
}

async function postStep(
  vendor: ApiTestClient,
  world: RegisteredWorld,
  ledger: Ledger,
): Promise<boolean> {
  const step = ledger.next
  const positions = world.cases.map((item) => ({
    serialNumber: item.serialNumber,
    recordedAt: new Date(world.startMs + step * stepMs).toISOString(),
    longitude: item.longitude + (step % stepsPerCycle < stepsInside ? 0 : outsideDegrees),
    latitude: item.latitude,
    accuracyMeters: 8,
    source: 'gnss',
    sequence: step,
  }))
  try {
    const answer = await vendor.post('/v1/positions', { positions })
    if (answer.status !== 202) return false
    for (const item of world.cases) ledger.acknowledged.add(`${item.serialNumber}#${step}`)
    ledger.next += 1
    return true
  } catch (error) {
    // A connection cut by the kill is what this program is about; anything else is its own fault.
    if (error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')) {
      return false
    }
    throw error
  }
}

/**
 * Completes the running cycle, so that what must have been alerted does not hang on the last kill.
 */
async function drain(vendor: ApiTestClient, world: RegisteredWorld, ledger: Ledger): Promise<void> {
  do {
    if (!(await postStep(vendor, world, ledger))) throw new Error('the last fixes were refused')
  } while (ledger.next % stepsPerCycle !== 0)
}

/** One breach per case and cycle whose first fix inside was acknowledged: `orderId@startMs`. */
function expectedBreaches(world: RegisteredWorld, ledger: Ledger): string[] {
  const expected: string[] = []
  for (const item of world.cases) {
    for (let step = 0; step < ledger.next; step += stepsPerCycle) {
      if (ledger.acknowledged.has(`${item.serialNumber}#${step}`)) {
        expected.push(`${item.orderId}@${world.startMs + step * stepMs}`)
      }
    }
  }
  return expected
}

async function waitForAlerts(operator: ApiTestClient, count: number): Promise<string[]> {
  let alerts: string[] = []
  for (let attempt = 0; attempt < 120; attempt += 1) {
    alerts = await listBreaches(operator)
    if (alerts.length >= count) {
      // A doubled alert would come after the last expected one: look once more, later.
      await delay(1_500)
      return await listBreaches(operator)
    }
    await delay(250)
  }
  return alerts
}

async function listBreaches(operator: ApiTestClient): Promise<string[]> {
  const found: string[] = []
  let cursor: string | null = null
  do {
    const query = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = await operator.get(`/v1/alerts?kind=location-ban-breach&limit=100${query}`)
    if (page.status !== 200) throw new Error(`alerts answered ${page.status}`)
    for (const item of page.body['items'] as Json[]) {
      found.push(`${textOf(item, 'protectionOrderId')}@${Date.parse(textOf(item, 'occurredAt'))}`)
    }
    cursor = (page.body['nextCursor'] as string | null | undefined) ?? null
  } while (cursor !== null)
  return found
}

async function storedFixes(dataDir: string): Promise<Map<string, number>> {
  const database = await openEmbeddedForInspection(dataDir)
  try {
    return await database.countFixesBySerialAndSequence()
  } finally {
    await database.close()
  }
}

function report(
  ledger: Ledger,
  stored: ReadonlyMap<string, number>,
  expectedAlerts: readonly string[],
  alerts: readonly string[],
  restartMs: readonly number[],
): KillLoopReport {
  const seen = new Set(alerts)
  const expected = new Set(expectedAlerts)
  const sorted = restartMs.toSorted((left, right) => left - right)
  return {
    acknowledgedFixes: ledger.acknowledged.size,
    lostFixes: [...ledger.acknowledged].filter((key) => !stored.has(key)).length,
    doubledFixes: [...stored.values()].filter((count) => count > 1).length,
    expectedAlerts: expectedAlerts.length,
    missingAlerts: expectedAlerts.filter((key) => !seen.has(key)),
    doubledAlerts: alerts.filter((key, index) => alerts.indexOf(key) !== index),
    unexpectedAlerts: [...seen].filter((key) => !expected.has(key)),
    restartMsMedian: sorted[Math.floor(sorted.length / 2)] ?? 0,
    restartMsMax: sorted.at(-1) ?? 0,
  }
}

/**
 * The control: PostgreSQL answers before the commit is on disk, behind the running server's back.
 */
async function loosenCommit(dataDir: string): Promise<void> {
  const database = await openEmbeddedForInspection(dataDir)
  try {
    await database.loosenCommit()
  } finally {
    await database.close()
  }
}

/**
 * The server rightly refuses to start on such a database, so the setting is taken back in between.
 */
async function tightenCommit(dataDir: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: createSilentLog() })
  try {
    const database = await openEmbeddedForInspection(dataDir)
    await database.tightenCommit()
    await database.close()
  } finally {
    await postgres.stop()
  }
}

function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name)
  } catch (error) {
    // Already gone is what the signal was for.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
