import { alertId } from '../../core/model/alert-id.ts'
import type { AlertDraft, Effect } from '../../core/model/alert.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import { saveOwnEffects } from '../alerts/save-own-effects.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Every key that is not destroyed, with a mark that is another one when anybody writes its row. The
 * key of an order that has not ended is told as the order is: it cannot be read.
 */
export async function listKeyMarks(
  db: Db,
): Promise<readonly { readonly id: string; readonly mark: string }[]> {
  const { rows } = await db.query<{ readonly id: string; readonly mark: string }>(
    `select k.id, concat(k.xmin, ' ', k.ctid) as mark from data_keys k
      where k.wrapped is not null and not exists (
        select from protection_orders o where k.scope = 'case/' || o.id and o.status <> 'ended')
      order by k.id`,
  )
  return rows
}

/** The keys that rows of the journal wait for. */
export async function listKeysWaitedFor(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query<{ readonly keyId: string }>(
    `select distinct key_id as "keyId" from journal_withheld where released_at is null`,
  )
  return rows.map(({ keyId }) => keyId)
}

/** Those that people are called about. */
export async function listToldKeys(db: Db): Promise<readonly ToldKey[]> {
  const { rows } = await db.query<ToldKey>(
    `select id as "alertId", evidence -> 'facts' ->> 'keyId' as "keyId",
            coalesce(evidence -> 'facts' ->> 'hasWaiting' = 'true', false) as "hasWaiting"
       from alerts where kind = 'key-unreadable' and cleared_at is null
        and evidence -> 'facts' ->> 'keyId' is not null`,
  )
  return rows
}

/**
 * Brings the alerts in line: one for each key that does not open, P1 while devices have reported
 * under it what nobody has judged. Call inside a transaction; concurrent callers take turns. Gives
 * the number of events.
 */
export async function alignKeyAlerts(tx: Db, work: KeyWork): Promise<number> {
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [advisoryLocks.unusableKeys])
  const { nowMs, limits } = work
  const waitedFor = new Set(work.waitedFor)
  const wanted = new Set([...waitedFor, ...work.keyIds])
  const told = await listToldKeys(tx)
  const stands = (alert: ToldKey): boolean =>
    wanted.has(alert.keyId) && alert.hasWaiting === waitedFor.has(alert.keyId)
  const toldIds = new Set(told.filter(stands).map(({ keyId }) => keyId))
  const untold = [...wanted]
    .filter((keyId) => !toldIds.has(keyId))
    .slice(0, Math.max(waitedFor.size, alertCountMax) - toldIds.size)
  const scopes = await findScopes(tx, untold)
  const raised = untold.map((keyId) => {
    const facts = { keyId, keyScope: scopes.get(keyId) ?? null, hasWaiting: waitedFor.has(keyId) }
    return { type: 'alert-raised', alert: draftUnreadableKey(facts, work) } as const
  })
  const ended = told
    .filter((alert) => !stands(alert))
    .map((alert) => {
      return {
        type: 'alert-ended',
        alertId: alert.alertId,
        clearedAtMs: nowMs,
        learnedAtMs: nowMs,
      } as const
    })
  const effects: readonly Effect[] = [...raised, ...ended]
  if (effects.length === 0) return 0
  return (await saveOwnEffects(tx, { nowMs, limits }, effects)).events
}

export type KeyWork = {
  /** Those that do not open. */
  readonly keyIds: readonly string[]
  readonly waitedFor: readonly string[]
  readonly nowMs: number
  readonly limits: Limits
}

type ToldKey = {
  readonly alertId: string
  readonly keyId: string
  readonly hasWaiting: boolean
}

/** Whoever is called about ten of one kind at once looks for what they have in common. */
const alertCountMax = 10

function draftUnreadableKey(facts: KeyFacts, { limits, nowMs }: KeyWork): AlertDraft {
  return draftAlert(limits, {
    id: alertId(['key-unreadable', facts.keyId, String(facts.hasWaiting)], nowMs),
    kind: 'key-unreadable',
    priority: facts.hasWaiting ? 'P1' : 'P2',
    occurredAtMs: nowMs,
    learnedAtMs: nowMs,
    facts,
  })
}

type KeyFacts = {
  readonly keyId: string
  /** What it seals; null: its row is not there. */
  readonly keyScope: string | null
  readonly hasWaiting: boolean
}

async function findScopes(db: Db, keyIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (keyIds.length === 0) return new Map()
  const { rows } = await db.query<{ readonly id: string; readonly scope: string }>(
    'select id, scope from data_keys where id = any($1::uuid[])',
    [keyIds],
  )
  return new Map(rows.map(({ id, scope }) => [id, scope]))
}
