import type pg from 'pg'
import { holdLeaseBeside, type Lease } from '../../store/evaluator/evaluator-lease.ts'
import { inTransaction } from '../../store/pg/pool.ts'
import { writeMemory, type TakenMemory } from './evaluator-saving.ts'

/**
 * Writes memory on a connection of its own while the next rows are judged: of ten thousand people
 * that takes seconds, in which nobody would be told of anything. What was taken stands for rows
 * whose effects are saved already. One writing at a time; one that fails is thrown to whoever asks
 * next, because memory does not know any more what of it is saved.
 */
export function createMemoryKeeper({ pool, ...lease }: MemoryKeeperDeps): MemoryKeeper {
  let writing: Promise<void> | null = null
  let failure: { readonly error: unknown } | null = null
  const check = (): void => {
    if (failure !== null) throw failure.error
  }
  const write = async (taken: TakenMemory): Promise<void> => {
    await inTransaction(pool, async (tx) => {
      await holdLeaseBeside(tx, lease)
      await writeMemory(tx, taken)
    })
  }
  return {
    isWriting: () => writing !== null,
    check,
    begin(taken, onWritten) {
      writing = write(taken)
        .then(onWritten, (error: unknown) => {
          failure = { error }
        })
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
  /** Throws what a writing has failed with. */
  readonly check: () => void
  /** Call while none is under way. */
  readonly begin: (taken: TakenMemory, onWritten: () => void) => void
  /** Resolves when nothing is under way, however it ended. */
  readonly ended: () => Promise<void>
  /** The same, and throws what it has failed with. */
  readonly settle: () => Promise<void>
}

export type MemoryKeeperDeps = Lease & { readonly pool: pg.Pool }
