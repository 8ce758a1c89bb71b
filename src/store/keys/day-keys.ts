import type { Db } from '../pg/pool.ts'
import { unlessUnusable } from './unusable-key.ts'

/** Of what is kept by its age: the key is of one day, and ends when nothing of it is left. */
export function scopeOfDay(kind: DayKind, atMs: number): string {
  return `${kind}/${dayOf(atMs)}`
}

/** Of the days before the one of this moment. */
export async function destroyKeysOfRefused(db: Db, atMs: number): Promise<void> {
  await db.query(`select hoede_destroy_keys_before('refused', $1)`, [dayOf(atMs)])
}

/** Of days before the one of this moment of which no row of the journal is left. */
export async function destroyKeysOfJournal(db: Db, atMs: number): Promise<void> {
  await db.query('select hoede_destroy_keys_of_journal($1)', [dayOf(atMs)])
}

/** Of days before the one of this moment of which no position is left. */
export async function destroyKeysOfPositions(db: Db, atMs: number): Promise<void> {
  await db.query('select hoede_destroy_keys_of_positions($1)', [dayOf(atMs)])
}

/**
 * The key of a day, or another one that is shared, or a spare one beside it: whoever touches it, or
 * has destroyed it, keeps nobody from writing. Null: none of them can be used either.
 */
export async function withUsableKey<Sealed>(
  ofScope: string,
  seal: (scope: string, spare: number) => Promise<Sealed>,
): Promise<Sealed | null> {
  for (let spare = 0; spare <= spareKeysMax; spare += 1) {
    const sealed = await seal(scopeOfSpare(ofScope, spare), spare).catch(unlessUnusable)
    if (sealed !== null) return sealed
  }
  return null
}

export function scopeOfSpare(day: string, spare: number): string {
  return spare === 0 ? day : `${day}/${spare}`
}

const spareKeysMax = 8

/** Kinds in the migrations are these. */
export type DayKind = 'refused' | 'journal' | 'positions'

/** UTC. */
function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}
