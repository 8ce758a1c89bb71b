import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeBackup } from '../../src/backup/backup.ts'
import { goLive } from '../../src/backup/go-live.ts'
import { restoreBackup } from '../../src/backup/restore.ts'
import { listTables, sumTable } from '../../src/backup/tables.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { migrate, migrationsDirectory } from '../../src/store/pg/migrate.ts'
import { connect, inTransaction } from '../../src/store/pg/pool.ts'
import { saveWantedIntervals } from '../../src/store/evaluator/save-wanted-intervals.ts'
import { isQuiet, setQuiet } from '../../src/store/pg/quiet.ts'
import { cancelEscalations, escalateDue } from '../../src/store/alerts/escalations.ts'
import { callOutNotClosed, recallDue } from '../../src/store/alerts/recall-due.ts'
import { saveEffects } from '../../src/store/alerts/save-effects.ts'
import { raised, saveContextAt } from '../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addCase } from '../support/journal-world.ts'
import { waitUntil } from '../support/wait-until.ts'

let source: TestDatabase
let root: string
let folder: string
beforeAll(async () => {
  source = await createTestDatabase()
  root = await mkdtemp(path.join(tmpdir(), 'hoede-backup-'))
  folder = path.join(root, 'good')
  await fill(source)
  await writeBackup(source.pool, folder, Date.now())
})
afterAll(async () => {
  await source.drop()
  await rm(root, { recursive: true })
})

const awkward = 'tab\t "quote" \\ (a,b) é\n line'

/** A case with its orders, alerts with events, and text that is awkward in every format. */
async function fill({ pool }: TestDatabase): Promise<void> {
  await addCase(pool, { atMs: Date.now() })
  await inTransaction(pool, (tx) =>
    saveEffects(tx, [raised(), raised()], saveContextAt(Date.now())),
  )
  await pool.query(
    `insert into quarantined_fixes (element_index, code, detail, body)
     select number, 'invalid-value', $1::text || number, jsonb_build_object('a', $1::text)
       from generate_series(1, 450) as number`,
    [awkward],
  )
  await pool.query('select journal_append(0::smallint, 1::smallint, 1, $1::bytea)', [
    Buffer.from([0, 255, 10, 34, 92]),
  ])
}

async function createEmpty(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  await database.pool.query('drop schema public cascade; create schema public')
  return database
}

async function runRestore(
  flags: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly stderr: string }> {
  const file = path.resolve(import.meta.dirname, '../../src/backup/restore-main.ts')
  const env = { PATH: process.env['PATH'] ?? '', ...environment }
  return await new Promise((resolve) => {
    execFile(process.execPath, [file, ...flags], { env }, (error, _stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stderr })
    })
  })
}

async function sumsOf({ pool }: TestDatabase): Promise<Record<string, unknown>> {
  return await inTransaction(pool, async (tx) => {
    await tx.query(`set local timezone = 'UTC'`)
    const sums: Record<string, unknown> = {}
    for (const name of await listTables(tx)) sums[name] = await sumTable(tx, name)
    return sums
  })
}

describe('a backup', () => {
  it('a backup comes back into an empty database row by row the same, and that copy is quiet', async () => {
    const copy = await createEmpty()
    try {
      await restoreBackup(copy.pool, folder)
      const [before, after] = [await sumsOf(source), await sumsOf(copy)]
      expect(after).toEqual(before)
      expect(before['quarantined_fixes']).toMatchObject({ rowCount: 450 })
      expect(before['alert_events']).toMatchObject({ rowCount: 2 })
      expect(await isQuiet(copy.pool)).toBe(true)
      expect(await isQuiet(source.pool)).toBe(false)
      // What comes next does not meet an id that is there. Its number is beyond all that was told
      // between the backup and the loss: receivers and desks have seen those.
      await inTransaction(copy.pool, (tx) => saveEffects(tx, [raised()], saveContextAt(Date.now())))
      await saveWantedIntervals(copy.pool, [{ deviceId: randomUUID(), seconds: 15 }], Date.now())
      const newest = await copy.pool.query(
        `select (select max(sequence) from alert_events) > 1000000002 as alerts,
           (select max(sequence) from device_commands) > 1000000000 as commands`,
      )
      expect(newest.rows).toEqual([{ alerts: true, commands: true }])
      await setQuiet(copy.pool, false)
      expect(await isQuiet(copy.pool)).toBe(false)
    } finally {
      await copy.drop()
    }
  })

  it('a copy that goes live calls nobody for deadlines of before until people had time to answer', async () => {
    const copy = await createEmpty()
    const { pool } = copy
    try {
      await restoreBackup(pool, folder)
      await pool.query('truncate alerts, alert_events, escalations cascade')
      const T = Date.now()
      const minuteMs = 60_000
      const before = Array.from({ length: 100 }, () => raised({ incidentId: randomUUID() }))
      await inTransaction(pool, (tx) => saveEffects(tx, before, saveContextAt(T - 60 * minuteMs)))
      const [taken] = before
      await pool.query(
        `update alerts set status = 'acknowledged', recall_at = to_timestamp($2::float8 / 1000),
           not_closed_due_at = to_timestamp($2::float8 / 1000) where id = $1`,
        [taken?.alert.id, T - minuteMs],
      )
      await inTransaction(pool, (tx) => cancelEscalations(tx, taken?.alert.id ?? '', T))
      const callAt = (nowMs: number) =>
        inTransaction(pool, async (tx) => {
          const work = { nowMs, limit: 1_000, limits: defaultLimits }
          const steps = await escalateDue(tx, work)
          const back = [...(await recallDue(tx, work)), ...(await callOutNotClosed(tx, work))]
          return [...steps.map(({ step }) => step), ...back.map(({ id }) => id)]
        })
      expect(await goLive(pool, T)).toBe(true)
      expect(await isQuiet(pool)).toBe(false)
      expect(await callAt(T + 4 * minuteMs)).toEqual([])
      // Nobody has answered: the ladder at its own pace.
      const first = Array(99).fill(1)
      expect(await callAt(T + 5 * minuteMs + 1)).toEqual([...first, taken?.alert.id])
      expect(await callAt(T + 6 * minuteMs + 1)).toEqual([...Array(99).fill(2), 1])
      // Of a live system nothing is put off.
      await inTransaction(pool, (tx) => saveEffects(tx, [raised()], saveContextAt(T - minuteMs)))
      expect(await goLive(pool, T)).toBe(false)
      expect(await callAt(T)).toEqual([1])
    } finally {
      await copy.drop()
    }
  })

  it('going live where there is no quiet copy changes nothing, makes nothing, and says so', async () => {
    const nowhere = path.join(root, 'nowhere')
    for (const environment of [{ HOEDE_DATA_DIR: nowhere }, { DATABASE_URL: source.url }]) {
      const { code, stderr } = await runRestore(['--go-live'], environment)
      expect(code).toBe(2)
      expect(stderr).toMatch(/^There is no quiet copy in .*; nothing was changed\.\n$/)
    }
    expect(await readdir(root)).not.toContain('nowhere')
  })

  it('a copy that PostgreSQL brought back is made quiet by a command, and what others use is not', async () => {
    const copy = await createEmpty()
    try {
      await restoreBackup(copy.pool, folder)
      await setQuiet(copy.pool, false)
      const { code, stderr } = await runRestore(['--make-quiet'], { DATABASE_URL: copy.url })
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/^Others are connected/),
      })
      expect(await isQuiet(copy.pool)).toBe(false)
      const sequence = `select last_value from alert_event_sequence`
      const { rows: before } = await copy.pool.query<{ last_value: number }>(sequence)
      await copy.pool.end()
      expect(await runRestore(['--make-quiet'], { DATABASE_URL: copy.url })).toMatchObject({
        code: 0,
      })
      const again = await connect(copy.url)
      const { rows: after } = await again.query<{ last_value: number }>(sequence)
      expect(await isQuiet(again)).toBe(true)
      await again.end()
      // Numbers go on beyond what was told between that moment and the loss.
      expect((after[0]?.last_value ?? 0) - (before[0]?.last_value ?? 0)).toBeGreaterThan(
        999_999_999,
      )
    } finally {
      await copy.drop()
    }
  })

  it('a backup is of one moment, whatever is written meanwhile', async () => {
    const other = path.join(root, 'meanwhile')
    const writing = writeBackup(source.pool, other, Date.now())
    const more = async (): Promise<void> => {
      for (let time = 0; time < 20; time += 1) {
        await inTransaction(source.pool, (tx) =>
          saveEffects(tx, [raised()], saveContextAt(Date.now())),
        )
      }
    }
    const [manifest] = await Promise.all([writing, more()])
    const countOf = (name: string): number =>
      manifest.tables.find((table) => table.name === name)?.rowCount ?? -1
    expect(countOf('alerts')).toBe(countOf('alert_events'))
  })

  it('a backup whose folder cannot be written any more says so, and is none', async () => {
    const gone = path.join(root, 'gone')
    const refused = expect(writeBackup(source.pool, gone, Date.now())).rejects.toThrow(
      /gone could not be written \(ENOENT\)/,
    )
    await waitUntil('it has begun', async () => (await readdir(root)).includes('gone'))
    await rm(gone, { recursive: true, force: true, maxRetries: 10 })
    await refused
  })

  it('a backup is never written over what is there, nor restored over it', async () => {
    await expect(writeBackup(source.pool, folder, Date.now())).rejects.toMatchObject({
      code: 'data-folder-unusable',
    })
    const before = await sumsOf(source)
    await expect(restoreBackup(source.pool, folder)).rejects.toThrow('expected an empty database')
    expect(await sumsOf(source)).toEqual(before)
    // The running system was not silenced by the attempt.
    expect(await isQuiet(source.pool)).toBe(false)
  })

  it.each(['alerts.rows.gz', 'backup.json', 'journal.rows.gz'])(
    'a backup with a damaged %s is refused, and nothing of it is restored',
    async (name) => {
      const copy = await createEmpty()
      const file = path.join(folder, name)
      const good = await readFile(file)
      try {
        await writeFile(file, good.subarray(0, good.length - 20))
        await expect(restoreBackup(copy.pool, folder)).rejects.toThrow('cannot be used')
        const { rows } = await copy.pool.query<{ there: string | null }>(
          `select to_regclass('alerts')::text as there`,
        )
        const isThere = rows[0]?.there !== null
        const found = isThere ? await copy.pool.query('select 1 from alerts') : { rowCount: 0 }
        expect(found.rowCount).toBe(0)
      } finally {
        await writeFile(file, good)
        await copy.drop()
      }
    },
  )

  it('a backup of an older schema comes back with its rows and is then brought up to date', async () => {
    const old = await createEmpty()
    const copy = await createEmpty()
    try {
      await migrate(old.pool, migrationsDirectory, 1)
      await old.pool.query(`insert into vendors (name) values ('Enkelband BV')`)
      const oldFolder = path.join(root, 'old')
      const manifest = await writeBackup(old.pool, oldFolder, Date.now())
      expect(manifest.migration).toBe(1)
      await restoreBackup(copy.pool, oldFolder)
      expect((await copy.pool.query('select name from vendors')).rows).toEqual([
        { name: 'Enkelband BV' },
      ])
      expect((await migrate(copy.pool)).applied).toEqual([])
    } finally {
      await old.drop()
      await copy.drop()
    }
  })
})
