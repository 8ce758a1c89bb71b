import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { destination } from '../../geo/distance.ts'
import { createConnections, type Connections } from '../bench/goals/http-client.ts'
import { createApiClient, type ApiTestClient } from '../support/api-client.ts'
import { createRandom } from '../support/random.ts'
import { textOf } from '../support/registered-world.ts'
import { compareTimes, type TimesCompared } from './compare-times.ts'

/**
 * How long real servers take to acknowledge his fixes, half of the victims near and half far: the
 * fix that raises an alert, one sent beside it on another connection before it is answered, the
 * next at its answer, and one a little later. A server with the steps and one without, the
 * control, are asked by turns, and near and far beside each other in an order drawn by chance:
 * what the machine does besides falls on all of them alike. Where that is allowed, everything of
 * this runs on one core before whatever else the machine does, and data lie in memory: what a disk
 * is asked for by others is longer by far than what is looked for.
 */
export async function timeTwins(options: TimeOptions): Promise<readonly TimedServer[]> {
  const random = createRandom(options.seed)
  const servers: Served[] = []
  try {
    for (const answerStepMs of options.answerStepsMs) servers.push(await bringUp(answerStepMs))
    const worlds = await Promise.all(
      servers.map(async (server) => ({
        ...server,
        ...(await register(server.admin, options.pairCount)),
        connections: createConnections(server.address, 4),
        times: moments.map(() => ({ near: [] as number[], far: [] as number[] })),
      })),
    )
    // Not before: bringing up and registering take minutes, in which others need the machine.
    const isPreferred = await preferAll()
    for (let at = 0; at < options.pairCount; at += 2) {
      for (const pair of random() < 0.5 ? [at, at + 1] : [at + 1, at]) {
        for (const world of random() < 0.5 ? worlds : worlds.toReversed()) {
          const taken = await meet(world, world.connections, pair)
          const side = isNear(pair) ? 'near' : 'far'
          for (const [moment, ms] of taken.entries()) world.times[moment]?.[side].push(ms)
          await delay(40 + 40 * random())
        }
      }
      options.onProgress(at + 2)
    }
    for (const { connections } of worlds) connections.close()
    return worlds.map(({ answerStepMs, times }) => ({
      answerStepMs,
      isPreferred,
      rows: times.map(({ near, far }, moment) => ({
        name: moments[moment] ?? '',
        near: [quantile(near, 0.5), quantile(near, 0.9)] as const,
        far: [quantile(far, 0.5), quantile(far, 0.9)] as const,
        ...compareTimes(near, far, random),
      })),
    }))
  } finally {
    for (const server of servers) await server.stop()
  }
}

export type TimeOptions = {
  /** Of each server; 0: none. */
  readonly answerStepsMs: readonly number[]
  /** Even. */
  readonly pairCount: number
  readonly seed: number
  readonly onProgress: (pairCount: number) => void
}

export type TimedServer = {
  readonly answerStepMs: number
  /** Whether this ran before other work of the machine. */
  readonly isPreferred: boolean
  readonly rows: readonly TimedRow[]
}

export type TimedRow = TimesCompared & {
  readonly name: string
  /** p50 and p90 in milliseconds. */
  readonly near: readonly [number, number]
  readonly far: readonly [number, number]
}

/**
 * This process and all that it has started, the servers and their databases, before all else and on
 * one core: on two that are free, judging is in nobody's way and there is nothing to find. Only
 * root may.
 */
async function preferAll(): Promise<boolean> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc').catch(() => [])) {
    const stat = /^\d+$/.test(name)
      ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
      : ''
    if (stat !== '')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const isOurs = (pid: number): boolean =>
    pid === process.pid || (pid > 1 && isOurs(parents.get(pid) ?? 0))
  try {
    for (const pid of [...parents.keys()].filter(isOurs).map(String)) {
      await run('taskset', ['--all-tasks', '--cpu-list', '--pid', '0', pid])
      await run('chrt', ['--all-tasks', '--rr', '--pid', '1', pid])
    }
    return parents.size > 0
  } catch {
    return false
  }
}

const run = promisify(execFile)

/** Where there is none, on the disk. */
async function makeFolder(): Promise<string> {
  const memory = '/dev/shm'
  const isThere = await access(memory).then(
    () => true,
    () => false,
  )
  return await mkdtemp(join(isThere ? memory : tmpdir(), 'hoede-twins-'))
}

type Served = {
  readonly answerStepMs: number
  readonly address: string
  readonly admin: ApiTestClient
  readonly stop: () => Promise<void>
}

async function bringUp(answerStepMs: number): Promise<Served> {
  const dataDir = await makeFolder()
  const adminToken = `twins-${'0123456789abcdef'.repeat(3)}`
  const child = fork(join(import.meta.dirname, 'served-child.ts'), {
    env: {
      ...process.env,
      HOEDE_DATA_DIR: dataDir,
      HOEDE_HOST: '127.0.0.1',
      HOEDE_PORT: '0',
      HOEDE_ADMIN_TOKEN: adminToken,
    },
  })
  const exited = once(child, 'exit')
  child.send({ answerStepMs })
  const [address] = (await once(child, 'message')) as [string]
  return {
    answerStepMs,
    address,
    admin: createApiClient(address, adminToken),
    async stop() {
      child.kill('SIGTERM')
      await exited
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

const moments = [
  'the fix that raises an alert',
  'one sent beside it, 3 ms later',
  'the next fix, at the answer',
  'a fix 60 ms later',
] as const

type World = { readonly his: string; readonly hers: string }

const isNear = (at: number): boolean => at % 2 === 0

/** She is seen, then he: the four times that his vendor measures. */
async function meet(world: World, connections: Connections, at: number): Promise<number[]> {
  const place = placeOf(at)
  const she = destination(place.longitude, place.latitude, 0, isNear(at) ? 350 : 20_000)
  const bodyOf = (serialNumber: string, where: typeof place, beforeMs: number): string =>
    JSON.stringify({
      positions: [
        {
          serialNumber,
          recordedAt: new Date(Date.now() - beforeMs).toISOString(),
          ...where,
          accuracyMeters: 8,
        },
      ],
    })
  await connections.post('/v1/positions', bodyOf(`HER-${at}`, she, 900), world.hers)
  await delay(60)
  const timed = async (beforeMs: number): Promise<number> => {
    const body = bodyOf(`HIS-${at}`, place, beforeMs)
    const startedAt = performance.now()
    await connections.post('/v1/positions', body, world.his)
    return performance.now() - startedAt
  }
  const first = timed(800)
  await delay(3)
  const beside = timed(700)
  const raising = await first
  const next = await timed(600)
  const besideMs = await beside
  await delay(60)
  return [raising, besideMs, next, await timed(500)]
}

/** Nobody near somebody else's, for as many pairs as can be asked for. */
function placeOf(at: number) {
  return { longitude: 4 + (at % 400) * 0.04, latitude: 51 + Math.floor(at / 400) * 0.5 }
}

async function register(admin: ApiTestClient, pairCount: number): Promise<World> {
  const vendorOf = async (name: string) => {
    const vendorId = textOf(await admin.mustPost('/v1/vendors', { name }), 'id')
    const client = { name, role: 'vendor', vendorId }
    return { vendorId, token: textOf(await admin.mustPost('/v1/api-clients', client), 'token') }
  }
  const [his, hers] = [await vendorOf('His'), await vendorOf('Hers')]
  const client = await admin.mustPost('/v1/api-clients', { name: 'staff', role: 'supervisor' })
  const staff = createApiClient(admin.baseUrl, textOf(client, 'token'))
  for (let at = 0; at < pairCount; at += 1) {
    await registerPair(staff, at, { his: his.vendorId, hers: hers.vendorId })
  }
  return { his: his.token, hers: hers.token }
}

async function registerPair(staff: ApiTestClient, at: number, vendors: World): Promise<void> {
  const validFrom = new Date(Date.now() - 86_400_000).toISOString()
  const personOf = async (role: 'offender' | 'victim'): Promise<string> => {
    const reference = `${role} ${at}`
    const personId = textOf(await staff.mustPost('/v1/persons', { role, reference }), 'id')
    const isHis = role === 'offender'
    const device = await staff.mustPost('/v1/devices', {
      vendorId: isHis ? vendors.his : vendors.hers,
      serialNumber: `${isHis ? 'HIS' : 'HER'}-${at}`,
      kind: isHis ? 'ankle-monitor' : 'victim-device',
      reportIntervalSeconds: 60,
    })
    const assignment = { deviceId: textOf(device, 'id'), personId, validFrom }
    await staff.mustPost('/v1/device-assignments', assignment)
    return personId
  }
  await staff.mustPost('/v1/protection-orders', {
    reference: `pair ${at}`,
    legalBasis: 'civil-ban',
    offenderId: await personOf('offender'),
    validFrom,
    validUntil: new Date(Date.now() + 30 * 86_400_000).toISOString(),
    proximityBans: [{ victimId: await personOf('victim'), separationMeters: 1_000 }],
  })
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
