import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSilentLog } from '../support/silent-log.ts'
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/embedded-postgres/embedded.ts'
import { grantRoles } from '../../src/store/pg/grants.ts'
import { migrate } from '../../src/store/pg/migrate.ts'
import { connect } from '../../src/store/pg/pool.ts'
import { itHasManners, root, type CommandRun } from '../replay/run-command.ts'
import { testMasterKey } from '../support/master-key.ts'
import { createTestDatabase } from '../support/database.ts'

const unknownId = '00000000-0000-8000-8000-000000000000'
const log = createSilentLog()

function explain(
  flags: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandRun> {
  const file = join(root, 'src/explain/explain-main.ts')
  const env = { ...process.env, DATABASE_URL: '', ...environment }
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...flags], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

describe('the explain command', () => {
  itHasManners('src/explain/explain-main.ts')

  it('the explain command uses the database of DATABASE_URL', async () => {
    const database = await createTestDatabase()
    const { code, stdout } = await explain(['--alert', unknownId], {
      DATABASE_URL: database.url,
      HOEDE_MASTER_KEY: testMasterKey,
    })
    expect(code).toBe(2)
    expect(stdout).toContain('No alert has this id.')
    await database.drop()
  })

  it('the explain command refuses what is not an id, and asks no database', async () => {
    const { code, stderr } = await explain(['--alert', '17'], { DATABASE_URL: 'postgres://nobody' })
    expect(code).toBe(2)
    expect(stderr).toContain('--alert is not the id of an alert')
  })

  it('the explain command makes no database where there is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hoede-explain-'))
    const { code, stderr } = await explain(['--alert', unknownId], { HOEDE_DATA_DIR: folder })
    expect(code).toBe(2)
    expect(stderr).toContain('There is no database in')
    await rm(folder, { recursive: true })
  })
})

describe('the explain command on an embedded database', () => {
  let dataDir: string
  let server: EmbeddedPostgres

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hoede-explain-'))
    server = await startEmbeddedPostgres({ dataDir, log })
    const pool = await connect(server.url, { log })
    await migrate(pool)
    await grantRoles(pool)
    await pool.end()
  }, 60_000)
  afterAll(async () => {
    await server.stop()
    await rm(dataDir, { recursive: true })
  })

  it('the explain command works beside a server that runs, and starts an embedded database where none does', async () => {
    const beside = await explain(['--alert', unknownId], { HOEDE_DATA_DIR: dataDir })
    expect(beside).toMatchObject({ code: 2, stderr: '' })
    expect(beside.stdout).toContain('No alert has this id.')
    await server.stop()
    const alone = await explain(['--alert', unknownId, '--language', 'nl'], {
      HOEDE_DATA_DIR: dataDir,
    })
    expect(alone).toMatchObject({ code: 2, stderr: '' })
    expect(alone.stdout).toContain('Geen melding heeft dit nummer.')
    server = await startEmbeddedPostgres({ dataDir, log })
    expect(server.adopted).toBe(false)
    const pool = await connect(server.url, { log })
    const { rows } = await pool.query<{ action: string }>('select action from access_log')
    await pool.end()
    expect(rows).toEqual([{ action: 'explain-alert' }, { action: 'explain-alert' }])
  }, 60_000)
})
