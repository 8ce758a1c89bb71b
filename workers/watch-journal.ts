import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Limits } from '../src/core/model/limits.ts'
import type { Log } from '../src/log.ts'
import {
  alignJournalAlerts,
  isJournalAlertClosed,
  type AlteredRow,
} from '../src/store/alerts/raise-journal-altered.ts'
import { createRowFollower } from '../src/store/journal/row-numbers.ts'
import { isAsTallied, listTallies, recordTally } from '../src/store/journal/tallies.ts'
import { inTransaction } from '../src/store/pg/pool.ts'
import { isQuiet } from '../src/store/pg/quiet.ts'

/**
 * Looks whether rows of the journal are where they were written, each once, puts on record what the
 * journal has gained, and looks whether it still is what was put there. People are called about
 * what is not.
 */
export function createJournalWatch(deps: JournalWatchDeps): JournalWatch {
  const { clock, limits, log, pool, shard } = deps
  const findAltered = createTallyRound(pool, shard)
  let follow = createRowFollower(pool)
  let checkedId: number | null = null
  let alteredRowCount = 0

  async function findMisplaced(): Promise<readonly AlteredRow[]> {
    const { rows } = await pool.query<{ untilId: number }>(
      'select coalesce(max(id), 0) as "untilId" from journal where shard = $1',
      [shard],
    )
    const untilId = rows[0]?.untilId ?? 0
    checkedId ??= Math.max(0, untilId - rowsAtStart)
    const misplaced = await follow({ shard, fromId: checkedId + 1, untilId })
    // An id that is lower than what was looked at was not drawn from the sequence.
    checkedId = Math.max(checkedId, untilId)
    return misplaced
  }

  async function look(nowMs: number): Promise<void> {
    const misplaced = await findMisplaced()
    const found = [...misplaced, ...(await findAltered(nowMs))]
    if (found.length > 0) log.error({ found }, 'rows of the journal are not as they were written')
    if (found.length > 0 || (await isJournalAlertClosed(pool))) {
      const work = { shard, found, nowMs, limits }
      if ((await inTransaction(pool, (tx) => alignJournalAlerts(tx, work))) > 0) deps.onEvent()
    }
    alteredRowCount += misplaced.length
  }

  return {
    async run() {
      // A restored copy calls nobody, and its record is another one's.
      if (await isQuiet(pool)) return
      const nowMs = clock.nowMs()
      const beforeId = checkedId
      try {
        await look(nowMs)
      } catch (error) {
        // What was found and not told is found again, by one that remembers no row of it.
        checkedId = beforeId
        follow = createRowFollower(pool)
        throw error
      }
      await recordTally(pool, { shard, nowMs })
    },
    alteredRowCount: () => alteredRowCount,
  }
}

/** Each look compares the next few of the stretches that the last day put on record. */
function createTallyRound(
  pool: pg.Pool,
  shard: number,
): (nowMs: number) => Promise<readonly AlteredRow[]> {
  let tallyIndex = 0
  return async (nowMs) => {
    const tallies = await listTallies(pool, { shard, fromMs: nowMs - lookBackMs })
    const altered: AlteredRow[] = []
    for (let count = 0; count < Math.min(tallies.length, talliesPerLook); count += 1) {
      const tally = tallies[tallyIndex % tallies.length]
      tallyIndex += 1
      if (tally === undefined || (await isAsTallied(pool, tally))) continue
      const { untilId, atMs } = tally
      altered.push({ journalId: untilId, committedAtMs: atMs, what: 'not-as-recorded' })
    }
    return altered
  }
}

export type JournalWatch = {
  readonly run: () => Promise<void>
  /** Rows found, since the start, that are not where they were written. */
  readonly alteredRowCount: () => number
}

export type JournalWatchDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly limits: Limits
  readonly log: Log
  readonly shard: number
  /** An alert event may have been added. */
  readonly onEvent: () => void
}

/** What came while nobody looked, as a rule. */
const rowsAtStart = 10_000
const lookBackMs = 86_400_000
/** All of a day in half an hour. */
const talliesPerLook = 5
