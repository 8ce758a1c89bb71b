import pg from 'pg'
import { OperatingError, StartError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { outliveConnections } from '../../outlive-connections.ts'
import type { DataKeys } from '../keys/data-keys.ts'
import { attachKeys } from '../keys/keys-of.ts'
import { prepareSession } from './session.ts'
import { getTypeParser } from './bigints.ts'
import { dropLostPlans, isPlanLost } from './lost-plans.ts'
import { watchLines } from './watched-lines.ts'
import { explainConnecting } from './explain-connecting.ts'

/**
 * A pool of connections to the database at `url`, tried once. Refuses a database that may lose what
 * it has acknowledged: nothing is mended silently, because what was chosen for this role, database
 * or server is somebody's choice. What was found good at the start is then held by every
 * connection, so that a later change outside cannot take the promise back unseen.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<pg.Pool> {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connectionCountMax ?? connectionCountMaxDefault,
    application_name: options.applicationName ?? 'hoede',
    connectionTimeoutMillis: connectionTimeoutMs,
    query_timeout: options.queryMsMax ?? queryMsMaxDefault,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    types: { getTypeParser },
    onConnect: (client) => prepareSession(client, options),
  })
  attachKeys(pool, options.keys)
  outliveConnections(pool, (error) => {
    // At a stop the server ends its connections a moment before they are closed here.
    if (pool.ending) return
    options.log?.warn({ err: error }, 'idle database connection lost')
  })
  watchLines(pool, options.log ?? null)
  dropLostPlans(pool, options.log ?? null)
  try {
    await refuseUnsafeSettings(pool)
  } catch (error) {
    await pool.end().catch(() => undefined)
    if (error instanceof OperatingError) throw error
    throw new OperatingError('database-unavailable', explainConnecting(url, error), error)
  }
  return pool
}

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws. Work that
 * lost against another transaction runs again, so it does nothing that a rollback would not undo.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (tx: pg.PoolClient) => Promise<T>,
): Promise<T> {
  return await retryConflicts(() => inTransactionOnce(pool, work))
}

/**
 * A transaction on a connection that is held anyway; as with `inTransaction`, work that lost
 * against another transaction runs again. Letting go of the connection instead would cost
 * the evaluator its memory.
 */
export async function inTransactionOn<T>(db: Db, begin: Begin, work: () => Promise<T>): Promise<T> {
  return await inTransactionBegunBy(db, () => db.query(begin), work)
}

/** The same, where whoever begins it asks for more in the same message. */
export async function inTransactionBegunBy<B, T>(
  db: Db,
  begin: () => Promise<B>,
  work: (begun: B) => Promise<T>,
): Promise<T> {
  return await retryConflicts(() => inTransactionOnceOn(db, begin, work))
}

type Begin = 'begin' | 'begin isolation level repeatable read'

/**
 * Runs a whole transaction again, a few times, when the database undid it in favour of
 * another one: as the victim of a deadlock, or because the two could not be put in an
 * order. Nothing of it was kept.
 */
async function retryConflicts<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt < conflictAttemptCountMax; attempt += 1) {
    try {
      return await transaction()
    } catch (error) {
      if (!isTransactionConflict(error)) throw error
    }
  }
  return await transaction()
}

async function inTransactionOnce<T>(
  pool: pg.Pool,
  work: (tx: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  // A connection that dies between two statements emits on the client, not on the pool.
  let broken: Error | null = null
  const onError = (error: Error): void => {
    broken = error
  }
  client.on('error', onError)
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    // On a connection that does not answer the rollback would wait as long again; it
    // goes with the connection.
    if (isQueryTimeout(error)) broken = new Error('the statement before was not answered')
    else {
      await client.query('rollback').catch((rollbackError: unknown) => {
        broken = rollbackError instanceof Error ? rollbackError : new Error('rollback failed')
      })
      if (isPlanLost(error)) broken = error
    }
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken ?? undefined)
  }
}

async function inTransactionOnceOn<B, T>(
  db: Db,
  begin: () => Promise<B>,
  work: (begun: B) => Promise<T>,
): Promise<T> {
  try {
    const result = await work(await begin())
    await db.query('commit')
    return result
  } catch (error) {
    // The connection does not answer; whoever holds it throws it away, and the transaction with it.
    if (isQueryTimeout(error)) throw error
    try {
      await db.query('rollback')
    } catch (rollbackError) {
      // The connection is gone, and the transaction with it; both faults are thrown.
      throw new AggregateError([error, rollbackError], 'A transaction and its rollback failed.')
    }
    throw error
  }
}

/** A pool, or a connection. */
export type Db = Pick<pg.ClientBase, 'query'>

export type ConnectOptions = {
  readonly connectionCountMax?: number
  readonly applicationName?: string
  /**
   * Sees nothing but what `asPerson` says. Any other says that it is of the machinery, which the
   * database believes of the owner of its tables only (migration 0017).
   */
  readonly isForPeople?: boolean
  /** Longer than this no statement is waited for. */
  readonly queryMsMax?: number
  readonly keys?: DataKeys
  readonly log?: Log
}

/**
 * Says whether the database could not be reached or could not take the work, so that a sender may
 * try the same again later. False for faults of the statement or its data.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof OperatingError) return error.code === 'database-unavailable'
  const code = 'code' in error ? error.code : null
  if (typeof code === 'string') {
    // Connection (08), resources such as a full disk (53), operator or timeout (57), I/O
    // (58), and read-only (25006).
    if (/^(08|53|57|58)/.test(code) || code === '25006') return true
    if (isTransactionConflict(error)) return true
    if (isLineError(code)) return true
  }
  if (isQueryTimeout(error)) return true
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable)
  return (
    /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/.test(
      error.message,
    ) || isDatabaseUnavailable(error.cause)
  )
}

/** Of the name, of the socket, or of what is encrypted over it, its certificate among that. */
function isLineError(code: string): boolean {
  return lineErrors.test(code)
}

const lineErrors = new RegExp(
  [
    '^(ECONN|ENOENT|ENOTFOUND|EAI_|EPIPE|EPROTO|ETIMEDOUT|EHOST|ENET|EADDR|EMFILE|ENFILE',
    'ERR_SSL_|ERR_TLS_|ERR_STREAM_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)',
  ].join('|'),
)

/** It cannot store now, whatever it is given: not a fault of what was to be stored (22, 23). */
export function isRefusedByDatabase(error: unknown): boolean {
  if (isDatabaseUnavailable(error)) return true
  return error instanceof pg.DatabaseError && !/^2[23]/.test(error.code ?? '')
}

/**
 * It may have been done all the same: the line broke, or its session was ended, before an answer
 * came.
 */
export function isUndecided(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || /^(08|57P|40003)/.test(error.code ?? '')
}

/**
 * The database did not answer in time; the connection may be dead, and what became of
 * the statement is not known.
 */
function isQueryTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

/** A unique index refused the row; `constraint` narrows it to one. */
export function isUniqueViolation(error: unknown, constraint: string | null = null): boolean {
  return (
    error instanceof pg.DatabaseError &&
    error.code === '23505' &&
    (constraint === null || error.constraint === constraint)
  )
}

/** Serialization failure, deadlock, and a statement whose plan was lost. */
function isTransactionConflict(error: unknown): boolean {
  if (isPlanLost(error)) return true
  return error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '40P01')
}

/**
 * The winner is through by the second attempt; one that loses three times is met by something else.
 */
const conflictAttemptCountMax = 3
/** Enough for one process of every role; PostgreSQL's own default is one hundred in all. */
const connectionCountMaxDefault = 10
const connectionTimeoutMs = 10_000
/** How long a quiet line is not asked whether it is there. */
const keepAliveMs = 5_000
/**
 * A line that dies without a word is found by `watchLines` within seconds; where nobody can be
 * asked, by TCP, after a quarter of an hour. Our statements take milliseconds, the longest, with
 * which an evaluator loads its memory, some seconds.
 */
const queryMsMaxDefault = 60_000
async function refuseUnsafeSettings(pool: pg.Pool): Promise<void> {
  // The reset value is what the session would have without our holding it:
  // the administrator's choice.
  const { rows } = await pool.query<{
    synchronous_commit: string
    fsync: string
    full_page_writes: string
    version_number: number
  }>(
    `select (select reset_val from pg_settings where name = 'synchronous_commit') as synchronous_commit,
            current_setting('fsync') as fsync,
            current_setting('full_page_writes') as full_page_writes,
            current_setting('server_version_num')::int as version_number`,
  )
  const settings = rows[0]
  if (settings === undefined) throw new OperatingError('database-unavailable')
  if (settings.version_number < 180_000) {
    throw new StartError(
      'database-unavailable',
      `expected PostgreSQL 18 or newer (uuidv7), got ${settings.version_number}`,
    )
  }
  if (settings.synchronous_commit === 'off') {
    throw new StartError(
      'database-lossy',
      'expected synchronous_commit to be on, got off: PostgreSQL would acknowledge fixes and alerts that a crash can lose. ' +
        'Set it to on for the server, the database and the role of DATABASE_URL ' +
        '(alter system / alter database / alter role … reset synchronous_commit), then start again.',
    )
  }
  for (const name of ['fsync', 'full_page_writes'] as const) {
    if (settings[name] !== 'off') continue
    throw new StartError(
      'database-lossy',
      `expected ${name} to be on, got off: a power failure of the database machine could lose or damage everything. ` +
        `Set ${name} to on (alter system reset ${name}, and look in postgresql.conf), reload the server, then start again.`,
    )
  }
}
