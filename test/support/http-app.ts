import type { Assessor } from '../../src/assess/answering/assessor.ts'
import { nowhereKnown, type KnownPlaces } from '../../src/core/enforceability/ground.ts'
import type { InjectOptions } from 'fastify'
import type pg from 'pg'
import type { Clock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { buildApp } from '../../src/http/app.ts'
import { answerStepMsDefault } from '../../src/http/door/answer-grid.ts'
import type { App } from '../../src/http/door/app-type.ts'
import { defaultBodyLimits, type BodyLimits } from '../../src/http/door/body-budget.ts'
import { defaultRateLimits, type RateLimits } from '../../src/http/door/rate-limit.ts'
import { createIntake } from '../../src/ingest/intake/intake.ts'
import { createAlertHub } from '../../src/live/alert-hub.ts'
import { createLocalDoorbell, type Doorbell } from '../../src/live/doorbell.ts'
import type { IssuerSettings } from '../../src/sign-in/issuer-settings.ts'
import { createAssessorHere } from './assessor-here.ts'
import type { Log } from '../../src/log.ts'
import { createSilentLog } from './silent-log.ts'
import { createAlertEventSource } from '../../src/store/alerts/cloud-event.ts'
import { hashToken, insertApiClient, makeToken } from '../../src/store/registry/api-clients.ts'
import { staffRoles, type ApiClientRole } from '../../src/core/model/contract-words.ts'
import { signInAs, type TestAnswer, type TestPerson } from './signed-in.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

export type { TestAnswer }

/** The real app on a database of its own, with a token for every role. */
export async function createTestApp(
  options: {
    readonly rateLimits?: RateLimits
    readonly bodyLimits?: BodyLimits
    readonly issuerSettings?: IssuerSettings
    readonly elapsedMs?: () => number
    /** Instead of one that stands still. */
    readonly clock?: Clock
    readonly answerStepMs?: number
    readonly environment?: Readonly<Record<string, string>>
    readonly places?: KnownPlaces
    readonly assessor?: Assessor
    readonly log?: Log
  } = {},
): Promise<TestApp> {
  const { environment = {}, ...parts } = options
  const database = await createTestDatabase()
  const { pool } = database
  // As in an installation: what people ask, and what is taken in, are held by policies and rights.
  const people = await database.connectAs('api')
  const machinery = await database.connectAs('intake')
  const clock = { timeMs: Date.parse('2026-11-23T18:30:00Z') }
  const log = options.log ?? createSilentLog()
  const now: Clock = options.clock ?? { nowMs: () => clock.timeMs }
  const intake = createIntake({
    db: machinery,
    log,
    clock: now,
    limits: defaultLimits,
    shard: 0,
    onCommitted: () => {},
  })
  const doorbell = createLocalDoorbell({ log })
  const alertHub = createAlertHub({
    log,
    doorbell,
    source: createAlertEventSource(machinery, null),
  })
  let registryChangeCount = 0
  const app = await buildApp({
    config: readConfig(environment),
    log,
    clock: now,
    people,
    machinery,
    limits: defaultLimits,
    intake,
    isReceiving: intake.isStoring,
    clockAheadMs: () => 0,
    onRegistryChanged: () => {
      registryChangeCount += 1
    },
    alertHub,
    doorbell,
    surface: 'everything',
    parts: { evaluator: null, worker: null },
    elapsedMs: now.nowMs,
    rateLimits: defaultRateLimits,
    issuerSettings: null,
    places: nowhereKnown,
    assessor: options.assessor ?? createAssessorHere(options.places ?? nowhereKnown),
    bodyLimits: defaultBodyLimits,
    answerStepMs: answerStepMsDefault,
    quarantineDropped: () => ({ age: 3, count: 40 }),
    ...parts,
  })
  const { vendorId, deviceId } = await makeSubjects(database)
  const token = async (role: ApiClientRole): Promise<string> => {
    const secret = makeToken()
    await insertApiClient(
      pool,
      {
        name: `test ${role}`,
        role,
        vendorId: role === 'vendor' ? vendorId : null,
        deviceId: role === 'victim-device' ? deviceId : null,
      },
      hashToken(secret),
    )
    return secret
  }
  let person: Promise<TestPerson> | null = null
  const tokens = {
    administrator: await token('administrator'),
    supervisor: await token('supervisor'),
    operator: await token('operator'),
    vendor: await token('vendor'),
    'victim-device': await token('victim-device'),
    auditor: await token('auditor'),
    partner: await token('partner'),
  }
  return {
    app,
    database,
    machinery,
    clock,
    doorbell,
    tokens,
    vendorId,
    deviceId,
    registryChangeCount: () => registryChangeCount,
    call: async (role, method, url, body, headers = {}) => {
      if (role === 'person') {
        person ??= signInAs({ app, database, clock }, { roles: staffRoles })
        return await (await person).call(method, url, body, headers)
      }
      const answer = await app.inject({
        method: method as NonNullable<InjectOptions['method']>,
        url,
        headers: {
          ...(role === null ? {} : { authorization: `Bearer ${tokens[role]}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const isJson = answer.body !== '' && /\bjson\b/.test(String(answer.headers['content-type']))
      return {
        status: answer.statusCode,
        headers: answer.headers as Record<string, string>,
        body: isJson ? answer.json<Record<string, unknown>>() : { text: answer.body },
      }
    },
    close: async () => {
      await app.close()
      await intake.close()
      await database.drop()
    },
  }
}

export type TestApp = {
  readonly app: App
  readonly database: TestDatabase
  /** With which the app asks who calls, and takes in. */
  readonly machinery: pg.Pool
  /** The clock of the app; set `timeMs` to move it. */
  readonly clock: { timeMs: number }
  /** What other processes ring. */
  readonly doorbell: Doorbell
  readonly tokens: Readonly<Record<ApiClientRole, string>>
  /** The vendor of the vendor token, and the device of the victim-device token. */
  readonly vendorId: string
  readonly deviceId: string
  readonly registryChangeCount: () => number
  /**
   * A string as body is sent as it is. `person`: somebody of every role who is signed in, from a
   * page of this server.
   */
  readonly call: (
    role: ApiClientRole | 'person' | null,
    method: string,
    url: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<TestAnswer>
  readonly close: () => Promise<void>
}

async function makeSubjects(database: TestDatabase) {
  const vendor = await database.pool.query<{ id: string }>(
    `insert into vendors (name) values ('Test vendor') returning id`,
  )
  const vendorId = vendor.rows[0]?.id ?? ''
  const device = await database.pool.query<{ id: string }>(
    `insert into devices (vendor_id, serial_number, kind, report_interval_seconds)
     values ($1, 'PHONE-1', 'victim-device', 60) returning id`,
    [vendorId],
  )
  return { vendorId, deviceId: device.rows[0]?.id ?? '' }
}
