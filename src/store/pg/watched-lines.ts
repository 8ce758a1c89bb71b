import type { Socket } from 'node:net'
import pg from 'pg'
import type { Log } from '../../log.ts'

/**
 * Ends connections whose line has died without a word. Whoever waits for an answer on one would
 * else wait for as long as any statement may take. A slow statement is none of them: the server is
 * asked, over a new connection, and one that works on it says so.
 */
export function watchLines(pool: pg.Pool, log: Pick<Log, 'warn'> | null): void {
  const lines = new Set<Line>()
  let isLooking = false
  pool.on('connect', (client) => {
    const line = followLine(client)
    lines.add(line)
    client.once('end', () => lines.delete(line))
  })
  const timer = setInterval(() => {
    if (pool.ended) clearInterval(timer)
    const silent = [...lines].filter(isSilent)
    if (silent.length === 0 || isLooking) return
    isLooking = true
    look(pool, silent, log)
      // Nothing is known of them while nobody can be asked.
      .catch((error: unknown) =>
        log?.warn({ err: error }, 'silent connections cannot be looked at'),
      )
      .finally(() => {
        isLooking = false
      })
  }, lookMs)
  timer.unref()
}

type Line = {
  readonly client: pg.PoolClient
  readonly pid: number
  readonly bytesRead: () => number
  /** Of the statement that is on its way. */
  askedAtMs: number | null
  /** How it stood when the server last had nothing to do for it. */
  suspected: { readonly askedAtMs: number | null; readonly bytesRead: number } | null
}

const lookMs = 1_000
/** Our statements take milliseconds. */
const silentMs = 3_000
const probeMsMax = 3_000

function isSilent({ askedAtMs }: Line): boolean {
  return askedAtMs !== null && performance.now() - askedAtMs > silentMs
}

/** Notes when each statement is asked and when it is answered; one at a time, as we use them. */
function followLine(client: pg.PoolClient): Line {
  const inner = client as unknown as Inner
  const line: Line = {
    client,
    pid: inner.processID,
    bytesRead: () => inner.connection.stream.bytesRead,
    askedAtMs: null,
    suspected: null,
  }
  const ask = inner.query
  inner.query = (...given) => {
    const askedAtMs = performance.now()
    line.askedAtMs = askedAtMs
    const onAnswer = (): void => {
      if (line.askedAtMs === askedAtMs) line.askedAtMs = null
    }
    const last = given.at(-1)
    if (typeof last === 'function') {
      const tell = (...answer: unknown[]): unknown => {
        onAnswer()
        return Reflect.apply(last, undefined, answer)
      }
      return Reflect.apply(ask, client, [...given.slice(0, -1), tell])
    }
    const asked: unknown = Reflect.apply(ask, client, given)
    if (asked instanceof Promise) asked.then(onAnswer, onAnswer)
    else onAnswer()
    return asked
  }
  return line
}

/** What the types of the driver leave out. */
type Inner = {
  readonly processID: number
  readonly connection: { readonly stream: Pick<Socket, 'bytesRead'> }
  query: (...given: readonly unknown[]) => unknown
}

/**
 * Twice in a row, with nothing read in between, the server has nothing to do for a line on which we
 * wait: the question or its answer is lost. What the server still holds for it goes at once, locks
 * and an open transaction among it.
 */
async function look(
  pool: pg.Pool,
  silent: readonly Line[],
  log: Pick<Log, 'warn'> | null,
): Promise<void> {
  const before = silent.map((line) => ({ line, ...standingOf(line) }))
  const probe = new pg.Client({ ...pool.options, query_timeout: probeMsMax })
  probe.on('error', () => undefined)
  try {
    await probe.connect()
    const { rows } = await probe.query<{ readonly pid: number }>(
      // What a server does not tell, as behind a go-between, is no sign of death.
      `select pid from pg_stat_activity where pid = any($1::int[]) and state like 'idle%'`,
      [silent.map(({ pid }) => pid)],
    )
    const idle = new Set(rows.map(({ pid }) => pid))
    for (const { line, askedAtMs, bytesRead } of before) {
      const { suspected } = line
      const isSame = suspected?.askedAtMs === askedAtMs && suspected.bytesRead === bytesRead
      const isWaiting = line.askedAtMs === askedAtMs && line.bytesRead() === bytesRead
      line.suspected = isWaiting && idle.has(line.pid) ? { askedAtMs, bytesRead } : null
      if (line.suspected === null || !isSame) continue
      log?.warn({ pid: line.pid }, 'a connection to the database died without a word and is ended')
      await probe.query('select pg_terminate_backend($1)', [line.pid])
      void line.client.end()
      await dropIdle(pool)
    }
  } finally {
    await probe.end().catch(() => undefined)
  }
}

/** Most likely they died of the same, and each would make somebody wait as long again. */
export async function dropIdle(pool: pg.Pool): Promise<void> {
  for (let count = pool.idleCount; count > 0 && pool.idleCount > 0; count -= 1) {
    const client = await pool.connect()
    client.release(true)
  }
}

function standingOf(line: Line): { readonly askedAtMs: number | null; readonly bytesRead: number } {
  return { askedAtMs: line.askedAtMs, bytesRead: line.bytesRead() }
}
