import type pg from 'pg'
import { OperatingError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { holdLeaseBeside, type Lease } from '../../store/evaluator/evaluator-lease.ts'
import { inTransaction } from '../../store/pg/pool.ts'
import type { EvaluatorCounts } from './evaluator-deps.ts'
import { joinMemory, writeMemory, type TakenMemory } from './evaluator-saving.ts'

/**
 * Writes memory on a connection of its own while the next rows are judged: of ten thousand people
 * that takes seconds, in which nobody would be told of anything. What was taken stands for rows
 * whose effects are saved already. One writing at a time. One that fails is no reason to judge
 * nothing: what it had is kept, and written with what is taken next. One that finds the hand of
 * somebody else is thrown to whoever asks next.
 */
export function createMemoryKeeper(deps: MemoryKeeperDeps): MemoryKeeper {
  let writing: Promise<void> | null = null
  let failure: { readonly error: unknown } | null = null
  let unwritten: TakenMemory | null = null
  const check = (): void => {
    if (failure !== null) throw failure.error
  }
  const join = (taken: TakenMemory): TakenMemory =>
    unwritten === null ? taken : joinMemory(unwritten, taken)
  const write = async (taken: TakenMemory): Promise<boolean> => {
    try {
      await writeBeside(deps, taken)
      unwritten = null
      return true
    } catch (error) {
      if (error instanceof OperatingError && error.code === 'conflict') failure = { error }
      deps.counts.snapshotsUnsaved += 1
      deps.log.error({ err: error }, 'memory could not be saved; it is with the next')
      return false
    }
  }
  return {
    isWriting: () => writing !== null,
    isSaved: () => unwritten === null,
    check,
    join,
    noteSaved() {
      unwritten = null
    },
    begin(taken, onEnded) {
      unwritten = join(taken)
      writing = write(unwritten)
        .then(onEnded)
        .finally(() => {
          writing = null
        })
    },
    async ended() {
      await writing
    },
    async settle() {
      await writing
      check()
    },
  }
}

export type MemoryKeeper = {
  readonly isWriting: () => boolean
  /** False while some of what was taken is not saved: a writing is under way, or has failed. */
  readonly isSaved: () => boolean
  /** Throws where a writing found that somebody else has the shard or has saved memory. */
  readonly check: () => void
  /** With what is not saved of before, for whoever saves it in a transaction of their own. */
  readonly join: (taken: TakenMemory) => TakenMemory
  /** What `join` gave is saved. */
  readonly noteSaved: () => void
  /** Call while none is under way. */
  readonly begin: (taken: TakenMemory, onEnded: (isWritten: boolean) => void) => void
  /** Resolves when nothing is under way, however it ended. */
  readonly ended: () => Promise<void>
  /** The same, and throws what `check` would. */
  readonly settle: () => Promise<void>
}

export type MemoryKeeperDeps = Lease & {
  readonly counts: Pick<EvaluatorCounts, 'snapshotsUnsaved'>
  readonly log: Pick<Log, 'error'>
  readonly pool: pg.Pool
}

/** Nobody holds what is written here for long; whoever waits for a writing waits for this. */
const lockMsMax = 5_000

async function writeBeside(
  { pool, shard, fence }: MemoryKeeperDeps,
  taken: TakenMemory,
): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await tx.query(`set local lock_timeout = ${lockMsMax}`)
    await holdLeaseBeside(tx, { shard, fence })
    await writeMemory(tx, taken)
  })
}
