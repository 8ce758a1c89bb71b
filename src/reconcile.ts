import { parseCommandLine, UsageFault } from './command-line.ts'
import { dayMs } from './core/model/units.ts'
import {
  findJournalStretch,
  reconcileHistory,
  type Reconciliation,
} from './store/history/reconcile-history.ts'
import {
  createRowFollower,
  listNeverGivenOut,
  type MisplacedRow,
} from './store/journal/row-numbers.ts'
import { findPrunedPlace } from './store/history/retention.ts'
import { listTallies, tallyStretch, type Tally } from './store/journal/tallies.ts'
import type { Db } from './store/pg/pool.ts'
import { pushAll } from './core/model/lists.ts'

const usage = `Usage: npm run reconcile -- [--from DAY] [--until DAY]

Compares the journal with the history, day by day: everything acknowledged must be in the history, and sealed rows of
reports where they were written; and the journal with what the record says of it. Days are UTC, written 2026-11-24, and
both are included; without them, yesterday and today. What the history has not reached yet is left out.
The database is the one of DATABASE_URL, or the embedded one of HOEDE_DATA_DIR, whether a server runs on it or not.

Ends with 0: nothing is missing; 1: something is; 2: not possible.
`

/** Throws `UsageFault` for what cannot be understood. */
export function readArguments(given: readonly string[], nowMs: number): DaySpan {
  const options = { from: { type: 'string' }, until: { type: 'string' } } as const
  const { from, until } = parseCommandLine(usage, options, given)
  const today = Math.floor(nowMs / dayMs)
  const span = {
    fromDay: from === undefined ? today - 1 : readDay('--from', from),
    untilDay: until === undefined ? today : readDay('--until', until),
  }
  if (span.fromDay > span.untilDay) throw new UsageFault('--from is after --until.')
  if (span.untilDay - span.fromDay >= dayCountMax) {
    throw new UsageFault(
      `At most ${dayCountMax} days are compared at once: the journal is not kept longer.`,
    )
  }
  return span
}

/** One line a day, and the rows of the journal that need a look. */
export async function runReconcile(
  db: Db,
  span: DaySpan,
  kept: { readonly nowMs: number; readonly retentionDays: number },
): Promise<{ readonly output: string; readonly exitCode: number }> {
  const keptFromMs = kept.nowMs - kept.retentionDays * dayMs
  const lines: string[] = []
  let isDifferent = false
  const follow = createRowFollower(db)
  for (let day = span.fromDay; day <= span.untilDay; day += 1) {
    const times = { fromMs: day * dayMs, untilMs: (day + 1) * dayMs }
    const stretch = await findJournalStretch(db, { shard, ...times })
    const found =
      stretch === null ? nothing : await reconcileHistory(db, { shard, ...stretch, keptFromMs })
    const misplaced = stretch === null ? [] : await follow({ shard, ...stretch })
    const tallies = await compareTallies(db, times)
    pushAll(lines, describeDay(formatDay(day), { ...found, misplaced, ...tallies }))
    const faultCount = found.missing.length + found.unreadableIds.length + misplaced.length
    isDifferent ||= faultCount + tallies.altered.length + tallies.unjoined.length > 0
  }
  for (const { journalId } of await listNeverGivenOut(db, shard)) {
    lines.push(`journal row ${journalId}: has an id that was never given out`)
    isDifferent = true
  }
  return { output: `${lines.join('\n')}\n`, exitCode: isDifferent ? 1 : 0 }
}

export type DaySpan = {
  /** Days since 1970 in UTC, both included. */
  readonly fromDay: number
  readonly untilDay: number
}

const shard = 0
const dayCountMax = 60
const rowsNamedMax = 20

/** What the journal no longer holds as a whole is left out. */
async function compareTallies(
  db: Db,
  times: { readonly fromMs: number; readonly untilMs: number },
): Promise<TalliesCompared> {
  const prunedId = await findPrunedPlace(db, shard)
  const { fromMs, untilMs } = times
  // With the last one of the day before, which the first one joins.
  const listed = await listTallies(db, { shard, fromMs: fromMs - dayMs, untilMs })
  const tallies = listed.filter(({ atMs }) => atMs >= fromMs)
  const altered: Tally[] = []
  const whole = tallies.filter(({ fromId }) => fromId > prunedId)
  for (const tally of whole) {
    const found = await tallyStretch(db, tally)
    if (found.rowCount !== tally.rowCount || found.digest !== tally.digest) altered.push(tally)
  }
  const unjoined = tallies.filter(({ fromId, index }) => {
    const before = listed.findLast((one) => one.index < index)
    return before !== undefined && fromId !== before.untilId + 1
  })
  return { tallyCount: whole.length, altered, unjoined }
}

type TalliesCompared = {
  readonly tallyCount: number
  readonly altered: readonly Tally[]
  /** Those that do not begin where the one before ended. */
  readonly unjoined: readonly Tally[]
}

const nothing: Reconciliation = {
  acknowledgedCount: 0,
  duplicateCount: 0,
  missing: [],
  unreadableIds: [],
}

function describeDay(
  day: string,
  found: Reconciliation & TalliesCompared & { readonly misplaced: readonly MisplacedRow[] },
): string[] {
  const { acknowledgedCount, duplicateCount, missing, unreadableIds, misplaced } = found
  const { tallyCount, altered, unjoined } = found
  const missingCount = missing.reduce((sum, { entryCount }) => sum + entryCount, 0)
  const counts = [
    `${acknowledgedCount} acknowledged`,
    `${duplicateCount} more than once`,
    `${missingCount} missing in the history`,
    `${unreadableIds.length} rows unreadable`,
    `${misplaced.length} not where they were written`,
    `${altered.length} of ${tallyCount} stretches not as the record says`,
  ]
  return [
    `${day}: ${counts.join(', ')}.`,
    ...missing
      .slice(0, rowsNamedMax)
      .map(({ journalId, entryCount }) => `  journal row ${journalId}: ${entryCount} missing`),
    ...unreadableIds.slice(0, rowsNamedMax).map((id) => `  journal row ${id}: unreadable`),
    ...misplaced
      .slice(0, rowsNamedMax)
      .map(({ journalId, what }) => `  journal row ${journalId}: ${wordsOf[what]}`),
    ...altered
      .slice(0, rowsNamedMax)
      .map(
        ({ fromId, untilId }) => `  journal rows ${fromId} to ${untilId}: not as the record says`,
      ),
    ...unjoined
      .slice(0, rowsNamedMax)
      .map(({ fromId }) => `  journal rows before ${fromId}: on no record`),
  ]
}

const wordsOf = {
  doubled: 'stands here a second time',
  'out-of-order': 'stands behind one that was written after it',
  'behind-a-gap': 'the row that was written before it is not there',
} as const

function readDay(name: string, text: string): number {
  const startMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(startMs) || formatDay(startMs / dayMs) !== text) {
    throw new UsageFault(`${name} is expected to be a day such as 2026-11-24.`)
  }
  return startMs / dayMs
}

function formatDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}
