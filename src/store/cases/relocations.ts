import type { MoveAddress } from '../../core/orders/ask-about-move.ts'
import { scopeOfCase } from '../keys/sealed-orders.ts'
import { openTexts, sealText } from '../keys/sealed-text.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { makeIds } from '../registry/protection-orders.ts'
import { onlyRow } from '../registry/registry-rows.ts'

/** Keeps a move in one case; both addresses are read with a key of it alone. Gives the id. */
export async function insertRelocation(tx: Db, move: Omit<Relocation, 'id'>): Promise<string> {
  const { id, oldAddress, newAddress } = await sealMove(tx, move)
  const { rows } = await tx.query<{ readonly id: string }>(
    `insert into relocations (id, protection_order_id, person_id, moved_at, old_address, new_address, kept_by, kept_at,
       copied_from)
     values ($1, $2, $3, to_timestamp($4::float8 / 1000), $5, $6, $7, to_timestamp($8::float8 / 1000), $9) returning id`,
    [
      id,
      move.protectionOrderId,
      move.personId,
      move.movedAtMs,
      oldAddress,
      newAddress,
      move.keptBy,
      move.keptAtMs,
      move.copiedFrom,
    ],
  )
  return onlyRow(rows).id
}

/**
 * Gives a move that is known to an order whose planned change has its moment. The worker may write
 * no other: who moved, when, and who said so are as in the move that it is copied from.
 */
export async function copyRelocation(
  tx: Db,
  fromId: string,
  move: Omit<Relocation, 'id'>,
): Promise<string> {
  const { id, oldAddress, newAddress } = await sealMove(tx, move)
  const isNamed = move.copiedFrom === null
  await tx.query(
    'select hoede_copy_move($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000))',
    [id, fromId, move.protectionOrderId, oldAddress, newAddress, isNamed, move.keptAtMs],
  )
  return id
}

async function sealMove(tx: Db, move: Omit<Relocation, 'id'>): Promise<SealedMove> {
  const id = (await makeIds(tx, 1))[0] ?? ''
  const sealed = async (side: AddressSide): Promise<string | null> => {
    const address = move[`${side}Address`]
    if (address === null) return null
    return await sealText(tx, scopeOfMove(move), aboutAddress(id, side), JSON.stringify(address))
  }
  return { id, oldAddress: await sealed('old'), newAddress: await sealed('new') }
}

type SealedMove = {
  readonly id: string
  readonly oldAddress: string | null
  readonly newAddress: string | null
}

/** Orders that bind or protect somebody and have not ended, as far as the caller sees them. */
export async function listRunningOrderIds(db: Db, personId: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select o.id from protection_orders o
       join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
      where o.status <> 'ended' and (o.offender_id = $1 or v.body -> 'proximityBans' @>
        jsonb_build_array(jsonb_build_object('victimId', $1::uuid::text))) order by o.id`,
    [personId],
  )
  return rows.map(({ id }) => id)
}

/** The newest first, with the addresses as far as the key of the case opens them. */
export async function listRelocations(db: Db, orderId: string): Promise<readonly Relocation[]> {
  const { rows } = await db.query<StoredRelocation>(
    `${relocations} where protection_order_id = $1 order by moved_at desc, id desc limit 100`,
    [orderId],
  )
  return await openRelocations(db, rows)
}

/** Of these people in any case, and of anybody in these orders. The newest first. */
export async function listMovesAbout(
  db: Db,
  about: {
    readonly personIds: readonly string[]
    readonly orderIds: readonly string[]
    /** Null: as far as the caller sees. */
    readonly organisationId: string | null
  },
): Promise<readonly Relocation[]> {
  const { rows } = await db.query<StoredRelocation>(
    `${relocations} where (person_id = any($1::uuid[]) or protection_order_id = any($2::uuid[]))
        and ($3::uuid is null or organisation_id = $3)
      order by moved_at desc, kept_at desc, id desc limit 500`,
    [about.personIds, about.orderIds, about.organisationId],
  )
  return await openRelocations(db, rows)
}

/**
 * Until this transaction ends: whoever keeps a move sees every order, and whoever makes an order
 * sees every move.
 */
export async function lockMoves(tx: Db, as: 'keeping' | 'reading'): Promise<void> {
  const take = as === 'keeping' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared'
  await tx.query(`select ${take}($1)`, [advisoryLocks.moves])
}

export async function getRelocation(db: Db, id: string): Promise<Relocation> {
  const { rows } = await db.query<StoredRelocation>(`${relocations} where id = $1`, [id])
  return onlyRow(await openRelocations(db, rows))
}

const relocations = `select id, protection_order_id as "protectionOrderId", person_id as "personId",
    ${epochMs('moved_at')} as "movedAtMs", old_address as "oldAddress", new_address as "newAddress", kept_by as "keptBy",
    ${epochMs('kept_at')} as "keptAtMs", copied_from as "copiedFrom" from relocations`

async function openRelocations(
  db: Db,
  rows: readonly StoredRelocation[],
): Promise<readonly Relocation[]> {
  const opened = async (side: AddressSide): Promise<readonly (MoveAddress | null)[]> => {
    const pieces = rows.map((row) => ({
      text: row[`${side}Address`] ?? '',
      about: aboutAddress(row.id, side),
    }))
    return (await openTexts(db, pieces)).map((text) =>
      text === null || text === '' ? null : (JSON.parse(text) as MoveAddress),
    )
  }
  const [old, next] = [await opened('old'), await opened('new')]
  return rows.map((row, place) => ({
    ...row,
    oldAddress: old[place] ?? null,
    newAddress: next[place] ?? null,
  }))
}

export const addressSides = ['old', 'new'] as const
type AddressSide = (typeof addressSides)[number]

export type Relocation = {
  readonly id: string
  readonly protectionOrderId: string
  readonly personId: string
  readonly movedAtMs: number
  /** Null: not known, or no key opens it any more. */
  readonly oldAddress: MoveAddress | null
  readonly newAddress: MoveAddress | null
  readonly keptBy: string
  readonly keptAtMs: number
  /** Of which order, where this one does not name whoever moved; null: it was kept here itself. */
  readonly copiedFrom: string | null
}

type StoredRelocation = Omit<Relocation, 'oldAddress' | 'newAddress'> & {
  readonly oldAddress: string | null
  readonly newAddress: string | null
}

/**
 * With the key of the case; where it is about somebody whom that does not name with one of both, so
 * that it goes when either of them is erased.
 */
export function scopeOfMove(
  move: Pick<Relocation, 'protectionOrderId' | 'personId' | 'copiedFrom'>,
): string {
  const scope = scopeOfCase(move.protectionOrderId)
  return move.copiedFrom === null ? scope : `${scope}/person/${move.personId}`
}

export function aboutAddress(id: string, side: AddressSide): string {
  return `relocation/${id}/${side}`
}
