import { destination } from '../../geo/distance.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { defaultRateLimits } from '../../src/http/door/rate-limit.ts'
import { snapshotMsDefault } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import {
  deviceCommandEventOf,
  dispatchDeviceCommands,
} from '../../src/store/alerts/device-commands.ts'
import { claimDeliveries } from '../../src/store/alerts/webhooks.ts'
import { beginEarlier } from '../support/begin-earlier.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { createRandom } from '../support/random.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

/**
 * One of two worlds that are alike but for where the victims are: near the offenders by turns, or
 * in another province. What reaches the vendor of the offenders is kept, byte by byte.
 */
export async function createTwinWorld(options: TwinOptions): Promise<TwinWorld> {
  // Whole days pass in minutes, and bytes are what is compared here: times are another matter.
  // Hundreds of cases are registered while its clock stands still.
  const rateLimits = { ...defaultRateLimits, supervisor: { burst: 1_000_000, perSecond: 1_000 } }
  const app = await createTestApp({ answerStepMs: 0, rateLimits })
  await beginEarlier(app, options.hours + 2)
  app.clock.timeMs = options.startMs
  const log = createSilentLog()
  const evaluator = createEvaluator({
    pool: app.database.pool,
    clock: { nowMs: () => app.clock.timeMs },
    log,
    limits: defaultLimits,
    doorbell: createLocalDoorbell({ log, pollMs: 5 }),
    shard: 0,
    snapshotMs: snapshotMsDefault,
  })
  const herToken = await register(app, options)
  evaluator.start()
  const heard: string[] = []
  let tick = 0
  return {
    heard,
    async play() {
      tick += 1
      await passTime(app, tickMs - settleMs)
      const recordedAt = new Date(app.clock.timeMs - 500).toISOString()
      const cases = Array.from({ length: options.caseCount }, (_, at) => at)
      const positionOf = (serialNumber: string, place: Place) => {
        return { serialNumber, recordedAt, ...place, accuracyMeters: 8, source: 'gnss' }
      }
      const hers = cases.map((at) => positionOf(`HER-${at}`, placeOfHer(options, at, tick)))
      const his = cases.map((at) => positionOf(`HIS-${at}`, placeOfHim(options.seed, at, tick)))
      await send(app, herToken, '/v1/positions', { positions: hers })
      const he = app.tokens.vendor
      heard.push(await send(app, he, '/v1/positions', { positions: his }))
      // A repeated position, a fault and an event: counts and texts of refusals are heard too.
      heard.push(await send(app, he, '/v1/positions', { positions: his.slice(0, 2) }))
      heard.push(await send(app, he, '/v1/positions', { positions: [{ serialNumber: 'HIS-0' }] }))
      const event = {
        serialNumber: `HIS-${tick % options.caseCount}`,
        kind: 'heartbeat',
        recordedAt,
      }
      heard.push(await send(app, he, '/v1/device-events', { events: [event] }))
      await awaitJudged(app, () => evaluator.stats().journalId ?? 0)
      await passTime(app, settleMs)
      heard.push(...(await commandsToHim(app)))
    },
    async countAlerts() {
      const { rows } = await app.database.pool.query<{ count: number }>(
        `select count(*)::int as count from alerts where kind like 'proximity%'`,
      )
      return rows[0]?.count ?? 0
    },
    async close() {
      await evaluator.stop()
      await app.close()
    },
  }
}

export type TwinOptions = {
  readonly isNear: boolean
  /** For the control: her device is of his vendor, who is then told of it. */
  readonly isOneVendor: boolean
  readonly caseCount: number
  readonly seed: number
  readonly startMs: number
  readonly hours: number
}

export type TwinWorld = {
  /** Everything that his vendor was answered or sent. */
  readonly heard: string[]
  /** Five minutes of everybody. */
  readonly play: () => Promise<void>
  readonly countAlerts: () => Promise<number>
  readonly close: () => Promise<void>
}

export const tickMs = 300_000
/** A busy machine may need many seconds for what takes one some milliseconds. */
const waitMsMax = 120_000
/** Longer than it takes until it is put on record again that everybody was looked at. */
const settleMs = 15_000

type Place = { readonly longitude: number; readonly latitude: number }

/** A circle of some kilometres through his ban and past her, by his own pace. */
function placeOfHim(seed: number, at: number, tick: number): Place {
  const random = createRandom(seed * 1_000 + at)
  const phase = random() * 360
  const paceDegrees = 3 + 6 * random()
  const middle = townOf(at)
  const reachMeters = 2_500 + 500 * Math.sin((tick + 10 * at) / 7)
  return destination(middle.longitude, middle.latitude, phase + paceDegrees * tick, reachMeters)
}

/** On his circle when she is near, so that he comes by; or seventy kilometres off. */
function placeOfHer({ isNear, seed }: TwinOptions, at: number, tick: number): Place {
  const random = createRandom(seed * 2_000 + at)
  const middle = townOf(at)
  const bearing = random() * 360 + tick / 10
  return destination(middle.longitude, middle.latitude, bearing, isNear ? 2_400 : 70_000)
}

/** Far enough from each other that nobody meets somebody else's. */
function townOf(at: number): Place {
  return { longitude: 4.8 + 0.12 * (at % 12), latitude: 51.8 + 0.08 * Math.floor(at / 12) }
}

async function register(app: TestApp, options: TwinOptions): Promise<string> {
  const { id: otherVendorId } = await must(app, 'administrator', '/v1/vendors', { name: 'Hers' })
  const herVendorId = options.isOneVendor ? app.vendorId : otherVendorId
  const client = { name: 'Hers', role: 'vendor', vendorId: herVendorId }
  const { token } = await must(app, 'administrator', '/v1/api-clients', client)
  await app.database.pool.query(
    `insert into webhook_subscriptions (url, secret, events, vendor_id)
     values ('https://his.example/', 'a secret of his vendor', '{device-commands}', $1)`,
    [app.vendorId],
  )
  for (let at = 0; at < options.caseCount; at += 1) {
    await registerCase(app, options, at, String(herVendorId))
  }
  return String(token)
}

async function registerCase(
  app: TestApp,
  { startMs }: TwinOptions,
  at: number,
  herVendorId: string,
): Promise<void> {
  const validFrom = new Date(startMs - 86_400_000).toISOString()
  const validUntil = new Date(startMs + 400 * 86_400_000).toISOString()
  const person = async (role: string, serialNumber: string, vendorId: string) => {
    const reference = `${role} ${at}`
    const { id: personId } = await must(app, 'supervisor', '/v1/persons', { role, reference })
    const kind = role === 'offender' ? 'ankle-monitor' : 'victim-device'
    const carried = { vendorId, serialNumber, kind, reportIntervalSeconds: 300 }
    const { id: deviceId } = await must(app, 'supervisor', '/v1/devices', carried)
    await must(app, 'supervisor', '/v1/device-assignments', { deviceId, personId, validFrom })
    return personId
  }
  const offenderId = await person('offender', `HIS-${at}`, app.vendorId)
  const victimId = await person('victim', `HER-${at}`, herVendorId)
  const middle = townOf(at)
  const circle = {
    ...destination(middle.longitude, middle.latitude, 200, 2_500),
    radiusMeters: 400,
  }
  await must(app, 'supervisor', '/v1/protection-orders', {
    reference: `case ${at}`,
    legalBasis: 'civil-ban',
    offenderId,
    validFrom,
    validUntil,
    locationBans: [{ label: 'work', circle }],
    proximityBans: [{ victimId, separationMeters: 1_000 }],
  })
}

async function must(
  app: TestApp,
  role: 'administrator' | 'supervisor',
  path: string,
  body: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await app.call(role, 'POST', path, body)
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** The whole answer but for its date, which is of the machine's clock. */
async function send(app: TestApp, token: string, url: string, body: unknown): Promise<string> {
  const { statusCode, headers, payload } = await app.app.inject({
    method: 'POST',
    url,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  })
  return JSON.stringify([statusCode, { ...headers, date: null }, payload])
}

async function awaitJudged(app: TestApp, judgedId: () => number): Promise<void> {
  const { rows } = await app.database.pool.query<{ id: number }>(
    'select max(id)::float8 as id from journal',
  )
  const id = rows[0]?.id ?? 0
  await waitUntil('all is judged', () => judgedId() >= id, waitMsMax)
}

/**
 * The clock stands still between, so that what is decided by it is decided in either world at the
 * same moments and of the same reports, however busy the machine is. Until it was looked at
 * everybody at the new one.
 */
async function passTime(app: TestApp, byMs: number): Promise<void> {
  app.clock.timeMs += byMs
  await waitUntil(
    'everybody was looked at',
    async () => {
      const looked = await app.database.pool.query(
        `select from journal_positions
        where reader = 'protection' and updated_at >= to_timestamp($1::float8 / 1000)`,
        [app.clock.timeMs],
      )
      return looked.rows.length > 0
    },
    waitMsMax,
  )
}

/** What his webhook would be sent, with the ids of this world taken out. */
async function commandsToHim(app: TestApp): Promise<string[]> {
  const { pool } = app.database
  const nowMs = app.clock.timeMs
  await dispatchDeviceCommands(pool, { nowMs, limit: 1_000 })
  const deliveries = await claimDeliveries(pool, {
    nowMs,
    limit: 1_000,
    onlyIds: null,
    underWay: new Map(),
    perSubscription: 1_000,
    leaseMs: 86_400_000,
  })
  return deliveries.flatMap(({ command }) => {
    if (command === null) return []
    const event = deviceCommandEventOf(command, null)
    const told = { ...event, id: null, subject: null, data: { ...event.data } }
    return [JSON.stringify({ ...told, data: { ...told.data, deviceId: null, vendorId: null } })]
  })
}
