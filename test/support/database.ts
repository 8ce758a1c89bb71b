import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { inject } from 'vitest'
import { connect } from '../../src/store/pg/pool.ts'
import { withClient, withDatabase } from './global-setup.ts'

/**
 * A database of its own, migrated, for one test file: cloned from the run's template. Call `drop`
 * in afterAll; it ends the pool too. `{ isMigrated: false }` gives an empty database.
 */
export async function createTestDatabase(
  options: { readonly isMigrated?: boolean; readonly connectionCountMax?: number } = {},
): Promise<TestDatabase> {
  const { url: serverUrl, template } = inject('postgres')
  const name = `hoede_test_${randomBytes(6).toString('hex')}`
  const source = options.isMigrated === false ? 'template0' : template
  await withClient(serverUrl, (client) =>
    client.query(`create database ${name} template ${source}`),
  )
  const url = withDatabase(serverUrl, name)
  const pool = await connect(url, { connectionCountMax: options.connectionCountMax ?? 10 })
  return {
    pool,
    url,
    name,
    serverUrl,
    drop: async () => {
      if (!pool.ended) await pool.end()
      await withClient(serverUrl, (client) =>
        client.query(`drop database if exists ${name} with (force)`),
      )
    },
  }
}

export type TestDatabase = {
  readonly pool: pg.Pool
  readonly url: string
  readonly name: string
  /** The server's maintenance database, with a role that may create databases and roles. */
  readonly serverUrl: string
  readonly drop: () => Promise<void>
}
