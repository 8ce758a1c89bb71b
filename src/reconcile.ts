import { parseCommandLine, UsageFault } from './command-line.ts'
import { dayMs } from './core/model/units.ts'
import {
  findJournalStretch,
  reconcileHistory,
  type Reconciliation,
} from './store/history/reconcile-history.ts'
import type { Db } from './store/pg/pool.ts'
import { pushAll } from './core/model/lists.ts'

const usage = `Usage: npm run reconcile -- [--from DAY] [--until DAY]

Compares the journal with the history, day by day: everything acknowledged must be in the history, and sealed rows of
fixes where they were written. Days are UTC, written
2026-11-24, and both are included; without them, yesterday and today. What the history has not reached yet is left out.
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
  for (let day = span.fromDay; day <= span.untilDay; day += 1) {
    const times = { fromMs: day * dayMs, untilMs: (day + 1) * dayMs }
    const stretch = await findJournalStretch(db, { shard, ...times })
    const found =
      stretch === null ? nothing : await reconcileHistory(db, { shard, ...stretch, keptFromMs })
    pushAll(lines, describeDay(formatDay(day), found))
    isDifferent ||= found.missing.length + found.unreadableIds.length + found.misplaced.length > 0
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
const nothing: Reconciliation = {
  acknowledgedCount: 0,
  duplicateCount: 0,
  missing: [],
  unreadableIds: [],
  misplaced: [],
}

function describeDay(day: string, found: Reconciliation): string[] {
  const { acknowledgedCount, duplicateCount, missing, unreadableIds, misplaced } = found
  const missingCount = missing.reduce((sum, { entryCount }) => sum + entryCount, 0)
  const counts = [
    `${acknowledgedCount} acknowledged`,
    `${duplicateCount} more than once`,
    `${missingCount} missing in the history`,
    `${unreadableIds.length} rows unreadable`,
    `${misplaced.length} not where they were written`,
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
