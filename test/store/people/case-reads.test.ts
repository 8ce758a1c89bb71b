import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCaseBudget } from '../../../src/http/door/case-walks.ts'
import type { CaseReader } from '../../../src/store/people/case-reads.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

describe('a budget of cases', () => {
  let database: TestDatabase
  const limit = { burst: 3, perSecond: 1 / 60 }
  const makeReader = (): CaseReader => ({ id: randomUUID(), what: 'read' })
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())

  test('a budget of cases counts each once an hour, and of a search all or none', async () => {
    let now = 0
    const budget = createCaseBudget(database.pool, () => now)
    const [reader, another] = [makeReader(), makeReader()]
    const take = async (...names: string[]) =>
      (await budget.take(reader, names.map(idOf), limit)).isAllowed
    expect([await take('a', 'b'), await take('a'), await take('b', 'a')]).toEqual([
      true,
      true,
      true,
    ])
    expect(await take('c', 'd')).toBe(false)
    expect([await take('c'), await take('d')]).toEqual([true, false])
    expect((await budget.take(reader, [idOf('d')], limit)).retryAfterSeconds).toBe(60)
    expect((await budget.take(another, [idOf('d')], limit)).isAllowed).toBe(true)
    const isTold = async (): Promise<boolean> => await budget.isToldAnew(reader)
    expect([await isTold(), await isTold()]).toEqual([true, false])
    now = 60_000
    expect(await isTold()).toBe(true)
    expect([await take('d'), await take('e')]).toEqual([true, false])
    // What was read long ago is read anew.
    now = 2 * 3_600_000
    expect([await take('a'), await take('b'), await take('c'), await take('d')]).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  test('a budget of cases is one for two processes, also while both ask at once', async () => {
    const reader = makeReader()
    // Another process of the server, with nothing of this one but the database.
    const code = `
      import { connect } from '${path.resolve('src/store/pg/pool.ts')}'
      import { createCaseBudget } from '${path.resolve('src/http/door/case-walks.ts')}'
      const pool = await connect(process.env.DATABASE)
      const budget = createCaseBudget(pool, () => 1_000)
      const limit = { burst: 10, perSecond: 1 / 60 }
      let count = 0
      for (let at = 0; at < 20; at += 1) {
        const taken = await budget.take(${JSON.stringify(reader)}, [crypto.randomUUID()], limit)
        if (taken.isAllowed) count += 1
      }
      process.stdout.write(String(count))
      await pool.end()`
    const env = { PATH: process.env['PATH'] ?? '', DATABASE: database.url }
    const counts = await Promise.all(
      [0, 1].map(async () => {
        const options = ['--input-type=module-typescript', '--eval', code]
        const { stdout } = await promisify(execFile)(process.execPath, options, { env })
        return Number(stdout)
      }),
    )
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(10)
    const here = createCaseBudget(database.pool, () => 1_000)
    expect((await here.take(reader, [randomUUID()], limit)).isAllowed).toBe(false)
  })

  test('a budget of cases that a process holds keeps one connection of another, and for seconds', async () => {
    const reader = makeReader()
    const budget = createCaseBudget(database.pool, () => 1_000)
    await budget.take(reader, [randomUUID()], limit)
    const holder = await database.pool.connect()
    await holder.query('begin')
    await holder.query('select from case_budgets where reader_id = $1 for update', [reader.id])
    const wide = { burst: 100, perSecond: 1 }
    const asked = Array.from({ length: 12 }, async () => {
      return await budget.take(reader, [randomUUID()], wide)
    })
    const [first] = asked
    const other = database.pool.query('select 1').then(() => 'answered')
    const waiting = new Promise((resolve) => setTimeout(resolve, 1_000, 'waits'))
    const outcome = await Promise.race([other, waiting])
    await expect(first).rejects.toMatchObject({ code: 'unavailable' })
    await holder.query('rollback')
    holder.release()
    const settled = await Promise.allSettled(asked.slice(1))
    expect([outcome, ...new Set(settled.map(({ status }) => status))]).toEqual([
      'answered',
      'fulfilled',
    ])
  })
})

/** The same each time. */
function idOf(name: string): string {
  return `00000000-0000-7000-8000-00000000000${name}`
}
