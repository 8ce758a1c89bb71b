import { randomBytes, randomUUID } from 'node:crypto'
import type pg from 'pg'
import { StartError } from '../../errors.ts'
import type { MasterKeys } from './master-keys.ts'
import { openBytes, sealBytes } from './sealed-bytes.ts'
import { UnusableKey } from './unusable-key.ts'

/**
 * The keys that rows are sealed with, one for each scope (a person, a case). They lie in the
 * database wrapped by the master key, which is never there. A key is committed on a connection of
 * its own before anything that was sealed with it: no rollback takes away what is needed to read.
 */
export function createDataKeys(deps: DataKeysDeps): DataKeys {
  const { take, find, forget, look } = createKeyMemory(deps)
  const make = async (scope: string): Promise<UsableKey> => {
    const key = (await look([scope], () => findOrMake(deps, scope))).get(scope) ?? null
    if (key === null) throw new UnusableKey('internal-error', 'The key of this cannot be read.')
    if (key.bytes === null) throw new UnusableKey('conflict', destroyed)
    return { id: key.id, bytes: key.bytes }
  }
  return {
    seal: async (scope, about, plain, nonce) => {
      const { id, bytes } = await make(scope)
      return sealBytes(bytes, about, plain, nonce, uuidBytes(id))
    },
    keyOf: async (scope) => (await make(scope)).bytes,
    keysOf: async (scopes) => {
      const keys = await look(scopes, (missing) => findKeysOf(deps.db, missing))
      return new Map([...keys].map(([scope, key]) => [scope, key === null ? damaged : key.bytes]))
    },
    lockedKeyOf: (sealed) => {
      if (sealed.length <= idBytes) return null
      const id = keyIdOf(sealed)
      return find(id)?.bytes == null ? id : null
    },
    opening: async (ids) => {
      forget(ids)
      if (ids.length > 0) take(await findKeys(deps.db, ids))
      return ids.filter((id) => find(id)?.bytes != null)
    },
    forget,
    open: async (pieces) => {
      const ids = new Set(pieces.filter(namesKey).map(({ sealed }) => keyIdOf(sealed)))
      const keys = await look([...ids], (missing) => findKeys(deps.db, missing))
      return pieces.map((piece) =>
        namesKey(piece) ? openPiece(piece, keys.get(keyIdOf(piece.sealed)) ?? null) : damaged,
      )
    },
  }
}

/** What was unwrapped of late, by id and by scope. */
function createKeyMemory(deps: DataKeysDeps) {
  const known = new Map<string, KnownKey>()
  const take = (rows: readonly KeyRow[]): void => {
    for (const row of rows) {
      const key = unwrap(deps.masters, row)
      // Looked for again each time: it may have been mended, or its master key be here by now.
      if (key === damaged) continue
      const found = { ...key, atMs: deps.elapsedMs() }
      known.set(key.id, found)
      known.set(key.scope, found)
    }
  }
  const find = (idOrScope: string): KnownKey | null => {
    const key = known.get(idOrScope)
    return key === undefined || deps.elapsedMs() - key.atMs > forgetMs ? null : key
  }
  const forget = (idsOrScopes: readonly string[]): void => {
    for (const name of idsOrScopes) {
      const key = known.get(name)
      if (key === undefined) continue
      known.delete(key.id)
      known.delete(key.scope)
    }
  }
  /**
   * Each is found once: one that is forgotten while others are looked up was there when it was
   * asked for, and does not count as damaged.
   */
  const look = async (
    names: readonly string[],
    read: (missing: readonly string[]) => Promise<readonly KeyRow[]>,
  ): Promise<ReadonlyMap<string, KnownKey | null>> => {
    const found = new Map(names.map((name) => [name, find(name)]))
    const missing = names.filter((name) => found.get(name) === null)
    if (missing.length === 0) return found
    take(await read(missing))
    for (const name of missing) found.set(name, find(name))
    return found
  }
  return { take, find, forget, look }
}

export type DataKeys = {
  /**
   * `about` says what it is and whose: laid in another row it opens no more. The nonce, one that
   * never comes again, is at random where none is given.
   */
  readonly seal: (
    scope: string,
    about: string,
    plain: Uint8Array,
    nonce?: Uint8Array,
  ) => Promise<Buffer>
  /** One look for all, and each by itself: what does not open keeps nobody from the others. */
  readonly open: (pieces: readonly SealedPiece[]) => Promise<readonly OpenedPiece[]>
  /**
   * Of a piece that has just been found not to open: the key that does not open, is destroyed or is
   * not there. Null: the piece itself was touched.
   */
  readonly lockedKeyOf: (sealed: Buffer) => string | null
  /** Which of these keys can be used, looked up anew. */
  readonly opening: (ids: readonly string[]) => Promise<readonly string[]>
  /** For what is sealed in a way of its own; made where there is none yet. */
  readonly keyOf: (scope: string) => Promise<Buffer>
  /** One look for all. Null: it was destroyed; damaged: it does not open or is not there. */
  readonly keysOf: (
    scopes: readonly string[],
  ) => Promise<ReadonlyMap<string, Buffer | null | typeof damaged>>
  /** These keys are looked up anew: for whoever asks whether they are still there. */
  readonly forget: (scopes: readonly string[]) => void
}

/** Null: the key was destroyed. */
export type OpenedPiece = Buffer | null | typeof damaged
/** Somebody has touched it or its key, or its key is not there. */
export const damaged = 'damaged'

export type SealedPiece = { readonly sealed: Buffer; readonly about: string }

/** A pool, or a connection. */
type Db = Pick<pg.ClientBase, 'query'>

type DataKeysDeps = {
  readonly masters: MasterKeys
  /** Of the machinery, and used by nothing else, so that nobody waits for a line of their own. */
  readonly db: pg.Pool
  /** Never goes back. */
  readonly elapsedMs: () => number
}

const destroyed = 'What belongs to this was erased, by destroying its key.'

type DataKey = {
  readonly id: string
  readonly scope: string
  /** Null: destroyed. */
  readonly bytes: Buffer | null
}
type KnownKey = DataKey & { readonly atMs: number }
type UsableKey = { readonly id: string; readonly bytes: Buffer }

/** After so long another process may have destroyed it. */
const forgetMs = 60_000
const keyBytes = 32
const idBytes = 16

type KeyRow = {
  readonly id: string
  readonly scope: string
  readonly wrapped: Buffer | null
  readonly masterId: string
}

const columns = 'id, scope, wrapped, master_id as "masterId"'

async function findKeys(db: Db, ids: readonly string[]): Promise<readonly KeyRow[]> {
  const { rows } = await db.query<KeyRow>(
    `select ${columns} from data_keys where id = any($1::uuid[])`,
    [ids],
  )
  return rows
}

async function findKeysOf(db: Db, scopes: readonly string[]): Promise<readonly KeyRow[]> {
  const { rows } = await db.query<KeyRow>(
    `select ${columns} from data_keys where scope = any($1)`,
    [scopes],
  )
  return rows
}

async function findOrMake({ db, masters }: DataKeysDeps, scope: string): Promise<KeyRow[]> {
  const find = { text: `select ${columns} from data_keys where scope = $1`, values: [scope] }
  const { rows } = await db.query<KeyRow>(find)
  if (rows.length > 0) return rows
  const id = randomUUID()
  const wrapped = masters.first.wrap(aboutKey(id, scope), randomBytes(keyBytes))
  // Of two that make it at once one is kept, and both read it.
  await db.query(
    `insert into data_keys (id, scope, wrapped, master_id) values ($1, $2, $3, $4)
     on conflict (scope) do nothing`,
    [id, scope, wrapped, masters.first.id],
  )
  return (await db.query<KeyRow>(find)).rows
}

/** Whether what was sealed with it can be read. */
export async function findKeyState(db: Db, scope: string): Promise<'there' | 'destroyed' | 'none'> {
  const { rows } = await db.query<{ isDestroyed: boolean }>(
    'select wrapped is null as "isDestroyed" from data_keys where scope = $1',
    [scope],
  )
  if (rows[0] === undefined) return 'none'
  return rows[0].isDestroyed ? 'destroyed' : 'there'
}

/** For good; the database asks itself whether it may. */
export async function destroyKeyOfEndedCase(db: Db, orderId: string): Promise<void> {
  await db.query('select hoede_destroy_key_of_ended_case($1)', [orderId])
}

/**
 * Where no key was wrapped by a master key of ours, that is another one: told before anybody relies
 * on it. Single ones stop no start: they are called out by their name (`key-unreadable`).
 */
export async function refuseForeignKeys(db: Db, masters: MasterKeys): Promise<void> {
  const { rows } = await db.query<{ masterId: string }>(
    'select distinct master_id as "masterId" from data_keys where wrapped is not null',
  )
  const [first] = rows
  if (first === undefined || rows.some(({ masterId }) => masters.find(masterId) !== null)) return
  throw foreign(first.masterId)
}

/** All of them by the first master key, in one transaction. Gives how many were wrapped anew. */
export async function wrapAnew(tx: Db, masters: MasterKeys): Promise<number> {
  const { rows } = await tx.query<KeyRow>(
    `select ${columns} from data_keys where wrapped is not null and master_id <> $1 order by id for update`,
    [masters.first.id],
  )
  for (const row of rows) {
    const key = unwrap(masters, row)
    if (key === damaged) throw foreign(row.masterId)
    if (key.bytes === null) continue
    await tx.query('update data_keys set wrapped = $2, master_id = $3 where id = $1', [
      row.id,
      masters.first.wrap(aboutKey(row.id, row.scope), key.bytes),
      masters.first.id,
    ])
  }
  return rows.length
}

function unwrap(
  masters: MasterKeys,
  { id, scope, wrapped, masterId }: KeyRow,
): DataKey | typeof damaged {
  if (wrapped === null) return { id, scope, bytes: null }
  const bytes = masters.find(masterId)?.unwrap(aboutKey(id, scope), wrapped) ?? null
  return bytes === null ? damaged : { id, scope, bytes }
}

function foreign(masterId: string): StartError {
  return new StartError(
    'invalid-configuration',
    `The keys of this database were wrapped with another master key (its mark is ${masterId}). Give that one by HOEDE_MASTER_KEY_FILE, or lay it as master-key beside the embedded database.`,
  )
}

function openPiece({ sealed, about }: SealedPiece, key: DataKey | null): OpenedPiece {
  if (key === null) return damaged
  if (key.bytes === null) return null
  return openBytes(key.bytes, about, sealed.subarray(idBytes)) ?? damaged
}

function namesKey({ sealed }: SealedPiece): boolean {
  return sealed.length > idBytes
}

function aboutKey(id: string, scope: string): string {
  return `data-key/${id}/${scope}`
}

function uuidBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex')
}

function keyIdOf(sealed: Buffer): string {
  const hex = sealed.toString('hex', 0, idBytes)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}
