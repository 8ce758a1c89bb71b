import type pg from 'pg'
import { inTransactionOn, type Db } from './pool.ts'

/**
 * Does `work` in one transaction on `client` with readers that all see its moment: the database
 * writes one answer out on one core while another is read here. Nothing is written over them.
 */
export async function withReaders<T>(
  { client, pool, besideCount }: ReaderDeps,
  work: (read: ReadTogether) => Promise<T>,
): Promise<T> {
  return await inTransactionOn(client, beginReading, async () => {
    const beside: pg.PoolClient[] = []
    try {
      const { rows } = await client.query<{ readonly id: string }>(
        'select pg_export_snapshot() as id',
      )
      for (let count = 0; count < besideCount; count += 1) {
        const other = await pool.connect()
        beside.push(other)
        await other.query(beginReading)
        await other.query(`set transaction snapshot '${rows[0]?.id}'`)
      }
      return await work(readTogether([client, ...beside]))
    } finally {
      for (const other of beside) await letGo(other)
    }
  })
}

/** On one connection: one after the other. */
export function readAlone(db: Db): ReadTogether {
  return readTogether([db])
}

/** All readings at once, as far as there are connections; what weighs most comes first. */
export type ReadTogether = <Found extends readonly unknown[]>(readings: {
  readonly [At in keyof Found]: (db: Db) => Promise<Found[At]>
}) => Promise<Found>

export type ReaderDeps = {
  readonly client: pg.PoolClient
  readonly pool: pg.Pool
  readonly besideCount: number
}

const beginReading = 'begin isolation level repeatable read'

function readTogether(dbs: readonly Db[]): ReadTogether {
  return async <Found extends readonly unknown[]>(readings: {
    readonly [At in keyof Found]: (db: Db) => Promise<Found[At]>
  }) => {
    const found: unknown[] = []
    let next = 0
    const ends = await Promise.allSettled(
      dbs.map(async (db) => {
        for (let at = next++; at < readings.length; at = next++)
          found[at] = await readings[at]?.(db)
      }),
    )
    // Only now is no connection in use any more.
    for (const end of ends) if (end.status === 'rejected') throw end.reason
    return found as unknown as Found
  }
}

async function letGo(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('rollback')
    client.release()
  } catch {
    client.release(true)
  }
}
