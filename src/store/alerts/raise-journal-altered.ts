import { alertId } from '../../core/model/alert-id.ts'
import { journalAlteredCode } from '../../core/model/alert-kinds/device-sentences.ts'
import type { AlertDraft, Effect } from '../../core/model/alert.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import type { Db } from '../pg/pool.ts'
import { saveOwnEffects } from './save-own-effects.ts'

/**
 * Calls people about rows of the journal that somebody has changed, and ends what they have closed:
 * nothing puts such rows right. What was told is not told again, also after a restart. Call inside
 * a transaction; gives the number of events.
 */
export async function alignJournalAlerts(tx: Db, work: JournalWork): Promise<number> {
  const { found, limits, nowMs } = work
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [advisoryLocks.journalAltered])
  const standing = await listStanding(tx)
  const closed = standing.filter(({ status }) => status === 'closed')
  const open = standing.filter(({ status }) => status !== 'closed')
  const toTell = [...Map.groupBy(found, ({ what }) => what)].flatMap(([what, rows]) =>
    rows.slice(0, Math.max(0, alertCountMax - open.filter((one) => one.what === what).length)),
  )
  const drafts = toTell.map((row) => draftAltered(row, work))
  const toldIds = await listTold(tx, drafts)
  const effects: readonly Effect[] = [
    ...drafts
      .filter(({ id }) => !toldIds.has(id))
      .map((alert) => ({ type: 'alert-raised', alert }) as const),
    ...closed.map(({ id }) => {
      return {
        type: 'alert-ended',
        alertId: id,
        clearedAtMs: nowMs,
        learnedAtMs: nowMs,
      } as const
    }),
  ]
  if (effects.length === 0) return 0
  return (await saveOwnEffects(tx, { nowMs, limits }, effects)).events
}

function draftAltered(
  { what, journalId, committedAtMs, digest }: AlteredRow,
  { limits, nowMs, shard }: JournalWork,
): AlertDraft {
  const atMs = Math.floor(committedAtMs)
  // Changed once more, it is told once more.
  const parts = [String(shard), what, String(journalId), ...(digest === undefined ? [] : [digest])]
  return draftAlert(limits, {
    id: alertId(['journal-altered', ...parts], atMs),
    kind: 'position-unreliable',
    // There may be what a device said and nobody has judged.
    priority: what === 'behind-a-gap' || what === 'never-given-out' ? 'P1' : 'P2',
    occurredAtMs: atMs,
    learnedAtMs: nowMs,
    facts: { code: journalAlteredCode, shard, journalId, what },
  })
}

/** Also what people have closed: it is found for as long as the rows are there. */
async function listTold(tx: Db, drafts: readonly AlertDraft[]): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ readonly id: string }>(
    'select id from alerts where id = any($1::uuid[])',
    [drafts.map(({ id }) => id)],
  )
  return new Set(rows.map(({ id }) => id))
}

/** Whether any stands: for whoever found nothing. */
export async function isJournalAlertClosed(db: Db): Promise<boolean> {
  return (await listStanding(db)).some(({ status }) => status === 'closed')
}

export type JournalWork = {
  readonly shard: number
  readonly found: readonly AlteredRow[]
  readonly nowMs: number
  readonly limits: Limits
}

export type AlteredRow = {
  /** The row, or the last one of a stretch that is not as it was put on record. */
  readonly journalId: number
  readonly committedAtMs: number
  readonly what:
    | 'doubled'
    | 'out-of-order'
    | 'behind-a-gap'
    | 'never-given-out'
    | 'not-as-recorded'
    /** Before it was put on record. */
    | 'not-as-read'
  /** Of a stretch: what is there now. */
  readonly digest?: string
}

async function listStanding(db: Db): Promise<readonly Standing[]> {
  const { rows } = await db.query<Standing>(
    `select id, status, evidence -> 'facts' ->> 'what' as what from alerts
      where kind = 'position-unreliable' and cleared_at is null and evidence -> 'facts' ->> 'code' = $1`,
    [journalAlteredCode],
  )
  return rows
}

type Standing = { readonly id: string; readonly status: string; readonly what: string }

/**
 * Whoever is called about ten rows that are wrong in one way looks for what they have in common.
 * Of each way by itself, so that what is less urgent takes no place of a gap.
 */
const alertCountMax = 10
