import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Limits } from '../src/core/model/limits.ts'
import type { Log } from '../src/log.ts'
import {
  alignJournalAlerts,
  isJournalAlertClosed,
  type AlteredRow,
} from '../src/store/alerts/raise-journal-altered.ts'
import {
  createRowFollower,
  findLastId,
  listNeverGivenOut,
  type Stretch,
} from '../src/store/journal/row-numbers.ts'
import {
  listTallies,
  recordTally,
  tallyStretch,
  type StretchFound,
  type Tally,
} from '../src/store/journal/tallies.ts'
import { inTransaction, type Db } from '../src/store/pg/pool.ts'
import { isQuiet } from '../src/store/pg/quiet.ts'

/**
 * Looks whether rows of the journal are where they were written, each once, puts on record what the
 * journal has gained, and looks whether it still is what was put there, or, until that is done,
 * what was read here. People are called about what is not.
 */
export function createJournalWatch(deps: JournalWatchDeps): JournalWatch {
  const { clock, limits, log, pool, shard } = deps
  const findAltered = createTallyRound(pool, shard)
  let follow = createRowFollower(pool)
  let checkedId: number | null = null
  /** What was read here and is not on record yet. */
  let unrecorded: readonly ReadStretch[] = []
  let alteredRowCount = 0

  async function look(nowMs: number): Promise<void> {
    const lastId = await findLastId(pool, shard)
    const fromId = (checkedId ?? Math.max(0, lastId - rowsAtStart)) + 1
    const misplaced = await follow({ shard, fromId, untilId: lastId })
    const changed = await findChanged(pool, unrecorded)
    const found: readonly AlteredRow[] = [
      ...misplaced,
      ...(await listNeverGivenOut(pool, shard)).map((row) => ({
        ...row,
        what: 'never-given-out' as const,
      })),
      ...changed.map(describeChanged),
      ...(await findAltered(nowMs)),
    ]
    // What was there before this began was read by nobody here.
    const isNew = checkedId !== null && lastId >= fromId
    const added = isNew ? [await readStretch(pool, { shard, fromId, untilId: lastId }, nowMs)] : []
    if (found.length > 0) log.error({ found }, 'rows of the journal are not as they were written')
    if (found.length > 0 || (await isJournalAlertClosed(pool))) {
      const work = { shard, found, nowMs, limits }
      if ((await inTransaction(pool, (tx) => alignJournalAlerts(tx, work))) > 0) deps.onEvent()
    }
    const asTold = unrecorded.map((one) => changed.find(isOf(one)) ?? one)
    unrecorded = [...asTold, ...added]
    // An id that is lower than what was looked at was not drawn from the sequence.
    checkedId = Math.max(checkedId ?? 0, lastId)
    alteredRowCount += misplaced.length
  }

  return {
    async run() {
      // A restored copy calls nobody, and its record is another one's.
      if (await isQuiet(pool)) return
      const nowMs = clock.nowMs()
      try {
        await look(nowMs)
      } catch (error) {
        // What was found and not told is found again, by one that remembers no row of it.
        follow = createRowFollower(pool)
        throw error
      }
      const recordedId = (await recordTally(pool, { shard, nowMs })) ?? 0
      unrecorded = unrecorded.filter(({ untilId }) => untilId > recordedId)
    },
    alteredRowCount: () => alteredRowCount,
  }
}

type ReadStretch = Stretch & StretchFound & { readonly atMs: number }

async function readStretch(db: Db, stretch: Stretch, atMs: number): Promise<ReadStretch> {
  return { ...stretch, ...(await tallyStretch(db, stretch)), atMs }
}

/** As they are now. */
async function findChanged(
  db: Db,
  stretches: readonly ReadStretch[],
): Promise<readonly ReadStretch[]> {
  const changed: ReadStretch[] = []
  for (const before of stretches) {
    const now = await readStretch(db, before, before.atMs)
    if (now.digest !== before.digest) changed.push(now)
  }
  return changed
}

function describeChanged({ untilId, atMs, digest }: ReadStretch): AlteredRow {
  return { journalId: untilId, committedAtMs: atMs, what: 'not-as-read', digest }
}

function isOf(one: ReadStretch): (other: ReadStretch) => boolean {
  return ({ fromId }) => fromId === one.fromId
}

/** Each look compares the next few of the stretches that the last day put on record. */
function createTallyRound(
  pool: pg.Pool,
  shard: number,
): (nowMs: number) => Promise<readonly AlteredRow[]> {
  let tallies: readonly Tally[] = []
  let tallyIndex = 0
  return async (nowMs) => {
    const fromMs = nowMs - lookBackMs
    // Those that were read stay here: the record is long, and an entry may be taken away.
    const kept = tallies.filter(({ atMs }) => atMs >= fromMs)
    const afterIndex = tallies.at(-1)?.index ?? -1
    tallies = [...kept, ...(await listTallies(pool, { shard, fromMs, afterIndex }))]
    const altered: AlteredRow[] = []
    for (let count = 0; count < Math.min(tallies.length, talliesPerLook); count += 1) {
      const tally = tallies[tallyIndex % tallies.length]
      tallyIndex += 1
      if (tally === undefined) continue
      const { digest } = await tallyStretch(pool, tally)
      if (digest === tally.digest) continue
      const { untilId, atMs } = tally
      altered.push({ journalId: untilId, committedAtMs: atMs, what: 'not-as-recorded', digest })
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
