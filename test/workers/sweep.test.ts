import { expect, it } from 'vitest'
import { pino } from 'pino'
import { createSilentLog } from '../support/silent-log.ts'
import { createSweeper } from '../../workers/sweep.ts'
import { connect, inTransaction } from '../../src/store/pg/pool.ts'
import { createTestDatabase } from '../support/database.ts'
import { startSilentProxy } from '../support/silent-proxy.ts'
import { waitUntil } from '../support/wait-until.ts'

it('the sweep gives every task its turn, whatever another does', async () => {
  const turns = { good: 0, failing: 0, hanging: 0 }
  let release = (): void => {}
  const sweeper = createSweeper({
    log: createSilentLog(),
    sweepMs: 5,
    tasks: [
      {
        title: 'failing',
        run: () => {
          turns.failing += 1
          return Promise.reject(new Error('fails each time'))
        },
      },
      {
        title: 'hanging',
        run: () => {
          turns.hanging += 1
          return new Promise((resolve) => {
            release = resolve
          })
        },
      },
      {
        title: 'good',
        run: () => {
          turns.good += 1
          return Promise.resolve()
        },
      },
    ],
  })
  sweeper.start()
  await waitUntil('five turns', () => turns.good >= 5)
  // One that has not ended is not begun again.
  expect(turns.hanging).toBe(1)
  expect(turns.failing).toBeGreaterThanOrEqual(5)
  expect(sweeper.stats().failureCount).toBeGreaterThanOrEqual(5)
  release()
  await sweeper.stop()
  const after = turns.good
  expect(sweeper.stats().sweptMsAgo).not.toBeNull()
  expect(turns.good).toBe(after)
})

it('the sweep says of a task that it does not end, again and again', async () => {
  const said: Record<string, unknown>[] = []
  const log = pino({}, { write: (line: string) => said.push(JSON.parse(line)) })
  let release = (): void => {}
  const sweeper = createSweeper({
    log,
    sweepMs: 5,
    hungMs: 30,
    tasks: [{ title: 'hanging', run: () => new Promise((resolve) => (release = resolve)) }],
  })
  sweeper.start()
  await waitUntil('it is said twice', () => said.length >= 2)
  expect(said[0]).toMatchObject({ level: 50, task: 'hanging', msg: 'sweep task does not end' })
  expect(said[0]!['runningMs']).toBeGreaterThanOrEqual(30)
  expect(sweeper.stats().longestRunningMs).toBeGreaterThanOrEqual(60)
  release()
  await sweeper.stop()
  expect(sweeper.stats().longestRunningMs).toBe(0)
})

it('the sweep goes on after a database connection has died without a word', async () => {
  const database = await createTestDatabase()
  const url = new URL(database.url)
  const proxy = await startSilentProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(proxy.port)
  const pool = await connect(url.href, { queryMsMax: 2_000 })
  const turns = { plain: 0, transaction: 0 }
  const sweeper = createSweeper({
    log: createSilentLog(),
    sweepMs: 5,
    tasks: [
      {
        title: 'plain',
        run: async () => {
          await pool.query('select 1')
          turns.plain += 1
        },
      },
      {
        title: 'transaction',
        run: async () => {
          await inTransaction(pool, (tx) => tx.query('select 1'))
          turns.transaction += 1
        },
      },
    ],
  })
  sweeper.start()
  await waitUntil('turns', () => turns.plain > 5 && turns.transaction > 5)
  expect(proxy.silence()).toBeGreaterThan(0)
  const before = { ...turns }
  const haveTurns = (): boolean =>
    turns.plain > before.plain + 5 && turns.transaction > before.transaction + 5
  // A connection that was being opened in that moment is waited for longer than a statement.
  await waitUntil('turns of both on other connections', haveTurns, 60_000)
  expect(sweeper.stats().failureCount).toBeGreaterThanOrEqual(1)
  await sweeper.stop()
  await pool.end()
  proxy.close()
  await database.drop()
})

it('the sweep does what is due, and every task while it is not known what is', async () => {
  const turns = { due: 0, resting: 0, unasked: 0 }
  const answers: (() => Promise<ReadonlySet<string>>)[] = [
    () => Promise.resolve(new Set(['due'])),
    () => Promise.reject(new Error('the database does not answer')),
    () => new Promise(() => {}),
  ]
  const seen: string[] = []
  const count = (name: keyof typeof turns) => () => {
    turns[name] += 1
    seen.push(name)
    return Promise.resolve()
  }
  let rested = 0
  let round = 0
  const sweeper = createSweeper({
    log: createSilentLog(),
    sweepMs: 5,
    findDue: () => {
      seen.push(`asked ${round}`)
      round += 1
      return answers[round - 1]?.() ?? Promise.resolve(new Set<string>())
    },
    tasks: [
      { title: 'due', run: count('due'), rest: () => Promise.resolve() },
      {
        title: 'resting',
        run: count('resting'),
        rest: () => {
          rested += 1
          return Promise.resolve()
        },
      },
      { title: 'unasked', run: count('unasked') },
    ],
  })
  sweeper.start()
  await waitUntil('turns', () => turns.unasked >= 5)
  expect(seen.slice(0, 10).join(' ')).toBe(
    'asked 0 due unasked asked 1 due resting unasked asked 2 due resting',
  )
  expect(rested).toBe(1)
  // One that has not been answered is not asked again.
  expect(round).toBe(3)
  expect(sweeper.stats().failureCount).toBe(1)
})
