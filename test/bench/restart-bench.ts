import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openEmbeddedForInspection, type Inspection } from '../faults/inspect-database.ts'
import { listenToAlerts } from '../support/alert-listener.ts'
import { createApiClient } from '../support/api-client.ts'
import {
  registerWorld,
  type RegisteredCase,
  type RegisteredWorld,
} from '../support/registered-world.ts'
import { findFreePort, startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { appendFixes, fillDataFolder } from './fill-database.ts'
import { line, section } from './report.ts'

/**
 * From the start of the process to `ready` and to the first correct live decision, over a full
 * database: after a clean stop, after kill -9, and after kill -9 with a backlog that nobody has
 * read. A folder that is given is filled once and kept.
 */
export async function benchRestart(options: RestartOptions): Promise<void> {
  section(`Restart: ${options.orderCount} orders, ${options.roundCount} fixes of each device`)
  const dataDir = options.folder ?? (await mkdtemp(join(tmpdir(), 'hoede-restart-')))
  try {
    if (!(await exists(join(dataDir, 'postgres')))) await fillDataFolder(dataDir, options)
    const stage = await setStage(dataDir)
    await stage.restart('after a clean stop', async (server) => void (await server.stop()))
    await stage.restart('after kill -9', async (server) => await server.kill())
    await stage.restart('after kill -9 in a busy minute', async (server) => {
      await stage.reportFor(45)
      await server.kill()
    })
    await stage.restart(`after kill -9 with a backlog of late fixes unread`, async (server) => {
      await stage.appendBacklog()
      await server.kill()
    })
    await stage.end()
  } finally {
    if (options.folder === null) await rm(dataDir, { recursive: true, force: true })
  }
}

export type RestartOptions = {
  readonly orderCount: number
  readonly roundCount: number
  readonly folder: string | null
}

const backlogFixCount = 300_000
/** What 15,000 devices that report each minute send in a second. */
const fixesPerSecond = 250

type Stage = {
  /** Ends the server as told, starts it again and measures. */
  readonly restart: (title: string, end: (server: ServerProcess) => Promise<void>) => Promise<void>
  readonly reportFor: (seconds: number) => Promise<void>
  readonly appendBacklog: () => Promise<void>
  readonly end: () => Promise<void>
}

async function setStage(dataDir: string): Promise<Stage> {
  const port = await findFreePort()
  const adminToken = randomBytes(24).toString('hex')
  const begin = async (): Promise<ServerProcess> =>
    await startServerProcess({ dataDir, port, adminToken, readyMsMax: 600_000 })
  const startedAt = performance.now()
  let server = await begin()
  // A probe is somebody who has not been seen yet: nothing before makes the first fix doubtful.
  const world = await registerWorld(createApiClient(server.baseUrl, adminToken), {
    caseCount: 8,
    startMs: Date.now(),
    prefix: randomBytes(4).toString('hex'),
  })
  await waitUntilRead(server)
  line(`the whole journal read                            ${sinceMs(startedAt)} ms`)
  const probes = [...world.cases]
  const beside = async (work: (inspect: Inspection) => Promise<void>): Promise<void> => {
    const inspect = await openEmbeddedForInspection(dataDir)
    await work(inspect).finally(async () => await inspect.close())
  }
  return {
    restart: async (title, end) => {
      await waitUntilRead(server)
      await end(server)
      const restartedAt = performance.now()
      const starting = begin()
      const probe = probes.pop()
      assert(probe !== undefined, 'there is a probe for each restart')
      const toldMs = await tellBreach({ port, world, probe, restartedAt })
      server = await starting
      line(
        `${title.padEnd(50)}ready ${Math.round(server.readyMs)} ms, first breach told ${toldMs} ms`,
      )
    },
    reportFor: async (seconds) =>
      await beside(async (inspect) => {
        for (let second = 0; second < seconds; second += 1) {
          await appendFixes(inspect, { deviceCount: fixesPerSecond, ageMs: 0 })
          await delay(1_000)
        }
      }),
    appendBacklog: async () =>
      await beside(async (inspect) => {
        for (let count = 0; count < backlogFixCount; count += 10_000) {
          const ageMs = 13 * 3_600_000 - count
          await appendFixes(inspect, { deviceCount: 10_000, ageMs })
        }
      }),
    end: async () => void (await server.stop()),
  }
}

/** Sends a breach as soon as the server listens, until it is taken, and waits for its alert. */
async function tellBreach(told: {
  readonly port: number
  readonly world: RegisteredWorld
  readonly probe: RegisteredCase
  readonly restartedAt: number
}): Promise<number> {
  const { probe, world } = told
  const baseUrl = `http://127.0.0.1:${told.port}`
  while (!(await isLive(baseUrl))) await delay(10)
  const listener = await listenToAlerts(baseUrl, world.operatorToken)
  const arrived = listener.waitFor(
    (event) => event.kind === 'location-ban-breach' && event.protectionOrderId === probe.orderId,
    600_000,
  )
  const vendor = createApiClient(baseUrl, world.vendorToken)
  const { serialNumber, longitude, latitude } = probe
  const recordedAt = new Date().toISOString()
  const positions = [{ serialNumber, recordedAt, longitude, latitude, accuracyMeters: 8 }]
  while ((await vendor.post('/v1/positions', { positions })).status !== 202) await delay(50)
  await arrived
  listener.close()
  return sinceMs(told.restartedAt)
}

async function waitUntilRead(server: ServerProcess): Promise<void> {
  for (;;) {
    const response = await fetch(`${server.baseUrl}/health/ready`)
    const body = (await response.json()) as { evaluatorLagRows?: number }
    if (response.ok && body.evaluatorLagRows === 0) return
    await delay(200)
  }
}

async function isLive(baseUrl: string): Promise<boolean> {
  return await fetch(`${baseUrl}/health/live`).then(
    (response) => response.ok,
    () => false,
  )
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

function sinceMs(startedAt: number): number {
  return Math.round(performance.now() - startedAt)
}
