import type { Db } from '../pg/pool.ts'
import { unlessDestroyed, unlessUnusable } from './unusable-key.ts'
import { scopeOfCase } from './sealed-orders.ts'
import { openTexts, sealText } from './sealed-text.ts'

/**
 * What somebody typed: an address may stand in it, so it is sealed as one. Null: its key was
 * destroyed with what it belongs to, and what is done is done without the words.
 *
 * @throws where its key is out of reach: what was typed is not lost without a word
 */
export async function sealWords<Text extends string | null>(
  db: Db,
  scope: string,
  about: string,
  text: Text,
): Promise<string | null> {
  return text === null ? null : await sealText(db, scope, about, text).catch(unlessDestroyed)
}

/** Rows with one column of words opened, one look for all. */
export async function openWords<Row, Column extends keyof Row>(
  db: Db,
  rows: readonly Row[],
  column: Column,
  aboutOf: (row: Row) => string,
): Promise<readonly Row[]> {
  const pieces = rows.map((row) => ({ text: String(row[column] ?? ''), about: aboutOf(row) }))
  const opened = await openTexts(db, pieces)
  return rows.map((row, place) =>
    row[column] === null ? row : { ...row, [column]: opened[place] ?? unreadableWords },
  )
}

/** Not empty, so that nobody takes it for nothing said. */
export const unreadableWords = '[unreadable]'

/**
 * An alert is answered whatever key is out of reach: the next one that is not keeps the words.
 * Where none is, the diary says that words were given.
 */
export async function sealNote(
  db: Db,
  alertId: string,
  note: string | null,
): Promise<string | null> {
  if (note === null) return null
  for (const scope of await scopesOfAlert(db, alertId)) {
    try {
      return await sealWords(db, scope, aboutNote(alertId), note)
    } catch (error) {
      unlessUnusable(error)
    }
  }
  return unreadableWords
}

/** Of the case that it is about, so that it goes with it; otherwise of whose alert it is. */
export async function scopeOfAlert(db: Db, alertId: string): Promise<string> {
  const [scope] = await scopesOfAlert(db, alertId)
  return scope
}

async function scopesOfAlert(db: Db, alertId: string): Promise<readonly [string, ...string[]]> {
  const { rows } = await db.query<{ orderId: string | null; organisationId: string | null }>(
    `select protection_order_id as "orderId", organisation_id as "organisationId" from alerts where id = $1`,
    [alertId],
  )
  const [alert] = rows
  const ofOrganisation = scopeOfOrganisation(alert?.organisationId ?? 'all')
  return alert?.orderId == null ? [ofOrganisation] : [scopeOfCase(alert.orderId), ofOrganisation]
}

export function scopeOfOrganisation(organisationId: string): string {
  return `organisation/${organisationId}`
}

/** Laid beside another alert it opens no more. */
export function aboutNote(alertId: string): string {
  return `note/${alertId}`
}

/** Beside the name of another official a number opens no more. */
export function aboutOfficial(name: string): string {
  return `official/${name}`
}

export function aboutPlan(key: string): string {
  return `plan/${key}`
}

export function aboutHandOver(by: string): string {
  return `hand-over/${by}`
}

export function aboutTelling(personId: string): string {
  return `telling/${personId}`
}
