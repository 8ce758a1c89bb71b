import type { AlertDraft, Effect } from '../core/model/alert.ts'
import type { Limits } from '../core/model/limits.ts'
import { judgeRow } from '../ingest/evaluator/judge-row.ts'
import type { AlertRow } from '../store/alerts/alerts.ts'
import { listClockReadings, readJournalOfDevices } from '../store/evaluator/dossier-journal.ts'
import { listPoison } from '../store/journal/poison.ts'
import type { Db } from '../store/pg/pool.ts'
import { listDoneRejudgements } from '../store/evaluator/rejudgements.ts'
import type { ClockMode, ScopedJudge } from './scoped-judge.ts'
import { createScopedJudge, raisedOf } from './scoped-judge.ts'
import type { Scope } from './scope.ts'

/**
 * Judges the journal of the scope again from its beginning, in the evaluator's order, until the
 * alert comes up or its time has passed. Throws `PoisonEntry` for a row that cannot be read.
 */
export async function recompute(db: Db, request: RecomputeRequest): Promise<Recomputed> {
  const { alert, scope, limits, clock } = request
  const poisonRows = await listPoison(db)
  const poison = new Set(
    poisonRows.map(({ journalId, entryIndex }) => `${journalId}:${entryIndex}`),
  )
  const moments = await listMoments(db, request)
  const isRejudging = moments.some(({ rejudge }) => rejudge !== null)
  const judge = createScopedJudge({ limits, scope, clock, poison, isRejudging })
  const search = createSearch(alert)
  const run: Run = { judge, search, moments, passedCount: 0, rejudgedCount: 0 }
  const rows = await judgeJournal(db, request, run)
  passMoments(run, request.untilMs)
  if (!search.isFound()) search.look(judge.advance(alert.learnedAtMs))
  const { rejudgedCount } = run
  return { draft: search.result(), rows, counts: judge.counts, rejudgedCount }
}

export type RecomputeRequest = {
  readonly shard: number
  readonly alert: AlertRow
  readonly scope: Scope
  readonly clock: ClockMode
  readonly limits: Limits
  /** Rows committed later cannot have led to the alert. */
  readonly untilMs: number
}

export type Recomputed = {
  /**
   * The alert of this id; else the nearest of its kind and subject; null
   * when nothing like it came up.
   */
  readonly draft: AlertDraft | null
  readonly rows: {
    readonly count: number
    readonly firstId: number | null
    readonly lastId: number | null
  }
  readonly counts: {
    readonly fixes: number
    readonly deviceEvents: number
    readonly registryChanges: number
  }
  /** Stretches that were judged again on the way. */
  readonly rejudgedCount: number
}

/** What happened beside the journal, by the evaluator's clock. */
type Moment = {
  readonly atMs: number
  readonly rejudge: { readonly offenderId: string; readonly fromMs: number } | null
}

const rowCount = 256

/** An alert further away in time than this is another alert, not the same one changed. */
const nearMs = 600_000

type Run = {
  readonly judge: ScopedJudge
  readonly search: Search
  readonly moments: readonly Moment[]
  /** Moments that lie behind us. */
  passedCount: number
  rejudgedCount: number
}

async function judgeJournal(
  db: Db,
  { shard, untilMs, scope }: RecomputeRequest,
  run: Run,
): Promise<Recomputed['rows']> {
  const { judge, search } = run
  const rows = { count: 0, firstId: null as number | null, lastId: null as number | null }
  const range = { shard, untilMs, deviceIds: [...scope.deviceIds], limit: rowCount }
  while (!search.isFound()) {
    const page = await readJournalOfDevices(db, { ...range, afterId: rows.lastId ?? 0 })
    for (const row of page) {
      // What the clock found before the row was there, it finds before the row.
      passMoments(run, row.committedAtMs)
      if (search.isFound()) break
      search.look(judgeRow(judge, row).effects)
      rows.count += 1
      rows.firstId ??= row.placeId
      rows.lastId = row.placeId
      if (search.isFound()) break
    }
    if (page.length < rowCount) break
  }
  return rows
}

function passMoments(run: Run, untilMs: number): void {
  const { judge, search, moments } = run
  while (!search.isFound()) {
    const moment = moments[run.passedCount]
    if (moment === undefined || moment.atMs > untilMs) return
    run.passedCount += 1
    search.look(judge.advance(moment.atMs))
    if (moment.rejudge === null) continue
    run.rejudgedCount += 1
    search.look(judge.rejudge(moment.rejudge.offenderId, moment.rejudge.fromMs))
  }
}

async function listMoments(db: Db, request: RecomputeRequest): Promise<readonly Moment[]> {
  const readings = await listClockReadings(db, request.untilMs)
  const rejudgements = await listDoneRejudgements(db, [...request.scope.offenderIds])
  const moments: Moment[] = readings.map((atMs) => ({ atMs, rejudge: null }))
  for (const { doneAtMs, offenderId, fromMs } of rejudgements) {
    if (doneAtMs > request.untilMs) continue
    moments.push({ atMs: doneAtMs, rejudge: { offenderId, fromMs } })
  }
  return moments.toSorted((one, other) => one.atMs - other.atMs)
}

type Search = {
  readonly look: (effects: readonly Effect[]) => void
  readonly isFound: () => boolean
  readonly result: () => AlertDraft | null
}

function createSearch(alert: AlertRow): Search {
  let found: AlertDraft | null = null
  let nearest: AlertDraft | null = null
  return {
    look(effects) {
      if (found !== null) return
      for (const draft of raisedOf(effects)) {
        if (draft.id === alert.id) {
          // The first of an id is the one that was stored.
          found = draft
          return
        }
        if (!isAkin(draft, alert)) continue
        if (nearest === null || gapMs(draft, alert) < gapMs(nearest, alert)) nearest = draft
      }
    },
    isFound: () => found !== null,
    result: () => found ?? nearest,
  }
}

function isAkin(draft: AlertDraft, alert: AlertRow): boolean {
  return (
    draft.kind === alert.kind &&
    draft.protectionOrderId === alert.protectionOrderId &&
    draft.offenderId === alert.offenderId &&
    draft.victimId === alert.victimId &&
    draft.vendorId === alert.vendorId &&
    gapMs(draft, alert) <= nearMs
  )
}

function gapMs(draft: AlertDraft, alert: AlertRow): number {
  return Math.abs(draft.occurredAtMs - alert.occurredAtMs)
}
