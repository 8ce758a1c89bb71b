import { hostname } from 'node:os'
import type pg from 'pg'
import { noPlaceFiles, openAssessing } from './assess/answering/open-assessing.ts'
import type { Clock } from './clock.ts'
import type { AppConfig, AppRole } from './config.ts'
import { defaultLimits } from './core/model/limits.ts'
import { buildApp } from './http/app.ts'
import { answerStepMsDefault } from './http/door/answer-grid.ts'
import { defaultBodyLimits } from './http/door/body-budget.ts'
import { defaultRateLimits } from './http/door/rate-limit.ts'
import type { PartStats } from './http/metrics/part-metrics.ts'
import { createCallWatch } from './ingest/call-watch.ts'
import { createClockWatch } from './ingest/clock-watch.ts'
import { keepSteady } from './ingest/steady-clock.ts'
import { snapshotMsDefault } from './ingest/evaluator/evaluator-deps.ts'
import { createEvaluatorApart } from './ingest/evaluator/evaluator-apart.ts'
import { createEvaluator, type Evaluator } from './ingest/evaluator/evaluator.ts'
import { createIntakePresence, type IntakePresence } from './ingest/intake/intake-presence.ts'
import { createIntake, type Intake } from './ingest/intake/intake.ts'
import { createJudgingLag } from './ingest/intake/judging-lag.ts'
import { createAlertHub } from './live/alert-hub.ts'
import { createLocalDoorbell, type Doorbell } from './live/doorbell.ts'
import { createPostgresDoorbell } from './live/postgres-doorbell.ts'
import { createRedisDoorbell } from './live/redis-doorbell.ts'
import { listen, refuseTakenAddress } from './listening.ts'
import type { Log } from './log.ts'
import { openRecordKey, type RecordKey } from './record-key.ts'
import { readIssuerSettings } from './sign-in/issuer-settings.ts'
import { makeFirstLink, type FirstLink } from './sign-in/first-link.ts'
import { ensureFirstAdministrator } from './store/registry/api-clients.ts'
import { createAlertEventSource } from './store/alerts/cloud-event.ts'
import { openParts, type DatabaseParts } from './open-parts.ts'
import { isQuiet } from './store/pg/quiet.ts'
import { createWorkerRuntime, type WorkerRuntime } from '../workers/runtime.ts'

/**
 * Brings up everything this process's roles need, in the order in which each can rely on the one
 * before, and gives back one way to stop it, in the reverse order.
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const closers: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
  }
  try {
    return { ...(await bringUp(options, (close) => closers.push(close))), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

export type ServeOptions = {
  readonly config: AppConfig
  readonly log: Log
  readonly clock: Clock
  /** Told as each step is done, for a person who waits. */
  readonly onProgress: (sentence: string) => void
  /** As `AppDeps` has it; only a test that must find what the steps hide changes it. */
  readonly answerStepMs?: number
}

export type RunningServer = {
  readonly address: string
  /** Set when a first administrator was made just now: to be shown once. */
  readonly firstAdministratorToken: string | null
  /** Set while nobody can sign in yet: with it somebody becomes the first. */
  readonly firstSignInLink: FirstLink | null
  readonly stop: () => Promise<void>
}

/**
 * One shard until one evaluator is too few; the journal and everything behind it
 * carry the number already.
 */
const shard = 0

async function bringUp(
  options: ServeOptions,
  onStop: OnStop,
): Promise<Omit<RunningServer, 'stop'>> {
  const { config, log } = options
  await refuseTakenAddress(config)
  const shared = await openShared(options, onStop)
  const { clock, doorbell, pool } = shared
  const has = (role: AppRole): boolean => config.roles.includes(role)
  const first = await ensureSomebodyAdministers(pool, config, clock)
  const evaluator = has('evaluator') ? makeEvaluator(shared, onStop) : null
  const workers = has('worker') ? await makeCallers(shared, options, onStop) : null
  const parts: PartStats = { evaluator: evaluator?.stats ?? null, worker: workers?.stats ?? null }
  const alertHub = createAlertHub({
    log,
    doorbell,
    source: createAlertEventSource(pool, config.oin),
    trouble: () => (parts.worker?.().storage.isDiskFull === true ? diskIsFull : null),
  })
  const intake = startIntake(shared, evaluator, onStop)
  const presence = has('api') ? createIntakePresence({ ...shared, db: pool, shard, intake }) : null
  const assessing = await openAssessing(has('api') ? config.placeFiles : noPlaceFiles)
  onStop(() => assessing.assessor.stop())
  const app = await buildApp({
    ...shared,
    people: shared.database.people,
    machinery: pool,
    limits: defaultLimits,
    intake,
    ...(presence ?? nothingComesIn),
    onRegistryChanged: () => doorbell.ring('journal'),
    alertHub,
    parts,
    quarantineDropped: () => parts.worker?.().quarantineDropped ?? { age: 0, count: 0 },
    // A process that only evaluates or delivers still says whether it lives, and nothing else.
    surface: has('api') ? 'everything' : 'health',
    elapsedMs: () => performance.now(),
    ...assessing,
    ...doorOf(options),
  })
  onStop(() => app.close())
  // Open streams would keep the server from closing.
  onStop(() => alertHub.close())
  if (presence !== null) await startPresence(presence, onStop)
  const address = await listen(app, config)
  // A process that nobody can reach does not lead and calls nobody.
  evaluator?.start()
  await workers?.start()
  startWatches({ ...shared, clock: options.clock }, onStop)
  return { address, ...first }
}

/** Only where people and tokens are taken: the other processes need none, and are given none. */
async function ensureSomebodyAdministers(
  pool: pg.Pool,
  config: AppConfig,
  clock: Clock,
): Promise<Pick<RunningServer, 'firstAdministratorToken' | 'firstSignInLink'>> {
  if (!config.roles.includes('api')) return { firstAdministratorToken: null, firstSignInLink: null }
  return {
    firstAdministratorToken: await ensureFirstAdministrator(pool, config.adminToken),
    firstSignInLink: await makeFirstLink(pool, config, clock.nowMs()),
  }
}

/** How much, how often and how soon the door answers. */
function doorOf({ config: { oidcFile }, answerStepMs = answerStepMsDefault }: ServeOptions) {
  const limits = { rateLimits: defaultRateLimits, bodyLimits: defaultBodyLimits }
  return { ...limits, answerStepMs, issuerSettings: readIssuerSettings(oidcFile) }
}

/** Beside each sign of life of a stream: alerts about it may not be writable any more. */
const diskIsFull = 'the disk of the server is full, nothing more is taken in; free space now'

const quietSentence =
  'This is a restored copy: it calls, escalates and sends nothing. "npm run restore -- --go-live" and a new start end that.'

/** What the parts of one process have in common. */
type Shared = Pick<ServeOptions, 'config' | 'log' | 'clock'> & {
  readonly pool: pg.Pool
  readonly doorbell: Doorbell
  readonly database: DatabaseParts
}
/** Of a process that takes nothing in. */
const nothingComesIn: Pick<IntakePresence, 'clockAheadMs' | 'isReceiving'> = {
  clockAheadMs: () => 0,
  isReceiving: () => true,
}

/** What time it is for all parts of this process, also when its clock is set under it. */
async function startSteadyClock(
  { clock: own, log }: ServeOptions,
  db: pg.Pool,
  onStop: OnStop,
): Promise<Clock> {
  const steady = keepSteady({ db, elapsedMs: () => performance.now(), log, own, shard })
  onStop(() => steady.stop())
  await steady.start()
  return steady.clock
}

/**
 * Whatever this process does, it says when by the database's clock its own is wrong; and where
 * reports come in, whether people are called.
 */
function startWatches({ config, doorbell, ...shared }: Shared, onStop: OnStop): void {
  const common = {
    ...shared,
    limits: defaultLimits,
    shard,
    onEvent: () => doorbell.ring('alert-events'),
  }
  const part = `${config.roles.join(', ')} on ${hostname()}`
  const watches = [
    createClockWatch({ ...common, part }),
    ...(config.roles.includes('api') ? [createCallWatch(common)] : []),
  ]
  for (const watch of watches) {
    onStop(() => watch.stop())
    watch.start()
  }
}

type OnStop = (close: () => Promise<unknown>) => void

/** Where the process answers requests or calls people as well, judging has a thread of its own. */
function makeEvaluator(shared: Shared, onStop: OnStop): Evaluator {
  const { config, database } = shared
  const { quietMode } = config
  const common = {
    ...shared,
    pool: database.evaluator,
    limits: defaultLimits,
    shard,
    snapshotMs: snapshotMsDefault,
    quietMode,
  }
  const evaluator =
    config.isEvaluatorApart && config.roles.length > 1
      ? createEvaluatorApart({
          ...common,
          databaseUrl: database.urls.evaluator,
          masterKeys: database.masters.text,
          hangMsMax: config.watchdogMs,
        })
      : createEvaluator(common)
  onStop(() => evaluator.stop())
  return evaluator
}

function startIntake(
  { config, doorbell, pool: db, ...shared }: Shared,
  evaluator: Evaluator | null,
  onStop: OnStop,
): Intake {
  const common = { ...shared, db, shard }
  const lag = createJudgingLag({ ...common, own: () => evaluator?.stats() ?? null })
  onStop(() => lag.stop())
  if (config.roles.includes('api')) lag.start()
  const intake = createIntake({
    ...common,
    limits: defaultLimits,
    onCommitted: () => doorbell.ring('journal'),
    judgingLagMs: lag.lagMs,
  })
  onStop(() => intake.close())
  return intake
}

/** Null: this is a restored copy, and calls nobody. */
async function makeCallers(
  shared: Shared,
  { onProgress, log }: ServeOptions,
  onStop: OnStop,
): Promise<WorkerRuntime | null> {
  if (!(await isQuiet(shared.pool))) return makeWorkers(shared, await findRecordKey(shared), onStop)
  onProgress(quietSentence)
  log.warn(quietSentence)
  return null
}

/**
 * Beside the embedded database, or as configured. Without it people are still called; what was done
 * is on record, and nobody could show later that it was not rewritten.
 */
async function findRecordKey({ config, log }: Shared): Promise<RecordKey | null> {
  const { recordKey, databaseUrl, dataDir } = config
  if (recordKey !== null || databaseUrl === null) return await openRecordKey(recordKey, dataDir)
  log.warn('heads of the record are not signed: HOEDE_RECORD_KEY_FILE names no key')
  return null
}

function makeWorkers(shared: Shared, recordKey: RecordKey | null, onStop: OnStop): WorkerRuntime {
  const { recordWitnessPath: witnessPath, recordWitnessUrl: witnessUrl } = shared.config
  const workers = createWorkerRuntime({
    ...shared,
    pool: shared.database.worker,
    databaseUrl: shared.database.urls.queue,
    record: recordKey === null ? null : { key: recordKey, witnessPath, witnessUrl },
    dataDir: shared.config.databaseUrl === null ? shared.config.dataDir : null,
    limits: defaultLimits,
    shard,
  })
  onStop(() => workers.stop())
  return workers
}

async function openShared(options: ServeOptions, onStop: OnStop): Promise<Shared> {
  const { config, log } = options
  const database = await openParts({ ...options, onStop })
  const { machinery: pool } = database
  const clock = await startSteadyClock(options, pool, onStop)
  const doorbell = createDoorbell(options, pool, database.machineryUrl)
  onStop(() => doorbell.close())
  return { config, log, clock, pool, doorbell, database }
}

async function startPresence(presence: IntakePresence, onStop: OnStop): Promise<void> {
  onStop(() => presence.stop())
  await presence.start()
}

/**
 * Alone in one process nobody else needs to hear; beside others the ring goes over what they share.
 */
function createDoorbell(
  { config, log }: ServeOptions,
  pool: Parameters<typeof createPostgresDoorbell>[0]['pool'],
  databaseUrl: string,
): Doorbell {
  if (config.redisUrl !== null) return createRedisDoorbell({ log, redisUrl: config.redisUrl })
  if (config.databaseUrl !== null) return createPostgresDoorbell({ log, pool, databaseUrl })
  return createLocalDoorbell({ log })
}
