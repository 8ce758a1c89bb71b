import pg from 'pg'
import { shareKeys } from '../keys/keys-of.ts'
import { inTransaction, type Db } from './pool.ts'

/**
 * Runs `work` in one transaction that sees what this person may see, and nothing else: the database
 * itself finds out by the hash of the secret they showed. `pool` is one for people: without this it
 * sees no row of anybody. The setting ends with the transaction, however that ends.
 */
export async function asPerson<T>(
  pool: pg.Pool,
  { secretHash }: PersonContext,
  work: (tx: pg.PoolClient) => Promise<T>,
): Promise<T> {
  return await inTransaction(pool, async (tx) => {
    await tx.query({
      name: 'as-person',
      text: `select set_config('hoede.secret', $1, true)`,
      values: [secretHash.toString('hex')],
    })
    return await work(tx)
  })
}

/** Who asks, by what proves it. */
export type PersonContext = {
  /** SHA-256 of the token or of the secret of the session. */
  readonly secretHash: Buffer
}

/** The database as one person sees it: each statement, or each transaction, by itself. */
export function personDb(pool: pg.Pool, context: PersonContext): PersonDb {
  const query = async (statement: unknown, values?: unknown): Promise<unknown> =>
    await asPerson(
      pool,
      context,
      async (tx) => await (tx as unknown as AnyQuery).query(statement, values),
    )
  const db: PersonDb = {
    query: query as Db['query'],
    transaction: (work) => asPerson(pool, context, work),
  }
  shareKeys(pool, db)
  return db
}

/** Of its many forms those with a promise, passed on as they are. */
type AnyQuery = { readonly query: (statement: unknown, values?: unknown) => Promise<unknown> }

export type PersonDb = Db & {
  readonly transaction: <T>(work: (tx: pg.PoolClient) => Promise<T>) => Promise<T>
}

/** A row would have crossed to where whoever asks may not put it. */
export function isHeldByPolicy(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError &&
    error.code === '42501' &&
    error.message.includes('row-level security')
  )
}
