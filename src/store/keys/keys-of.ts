import type { DataKeys } from './data-keys.ts'

/**
 * Statements take the database as their first argument; what it may seal and open goes with it,
 * from the pool to its connections. A connection without keys seals nothing and writes nothing in
 * the clear instead.
 */
export function attachKeys(db: object, keys: DataKeys | undefined): void {
  if (keys !== undefined) keysByDb.set(db, keys)
}

/** What is asked through `to` is asked of `from`. */
export function shareKeys(from: object, to: object): void {
  attachKeys(to, keysByDb.get(from))
}

export function keysOf(db: object): DataKeys {
  const keys = keysByDb.get(db)
  if (keys === undefined) throw new Error('this connection was opened without keys')
  return keys
}

const keysByDb = new WeakMap<object, DataKeys>()
