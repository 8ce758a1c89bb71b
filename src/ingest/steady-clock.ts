import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { readDatabaseTime } from '../store/evaluator/reception.ts'
import type { Db } from '../store/pg/pool.ts'

/**
 * What time it is for this process: neither its own clock nor the database's alone, but the middle
 * one of these two and of what was agreed before, carried on by the clock that only counts. One of
 * them may be set, wrongly or rightly, at any moment: the other two outvote it, so that a step of
 * ours is no delay of a device, no silence and no deadline. Where two are set alike, as on one
 * machine, it follows.
 */
export function createSteadyClock(deps: SteadyClockDeps): SteadyClock {
  const { elapsedMs, own } = deps
  let agreed: { readonly atMs: number; readonly elapsedMs: number } | null = null
  /** By how much our own clock was ahead when the three were last compared. */
  let ownAheadMs = 0
  const nowMs = (): number =>
    agreed === null ? own.nowMs() : Math.floor(agreed.atMs + (elapsedMs() - agreed.elapsedMs))
  return {
    nowMs,
    isInDoubt: () => Math.abs(own.nowMs() - nowMs() - ownAheadMs) > stepMsMin,
    compare({ askedAtElapsedMs, databaseMs }) {
      const atElapsedMs = elapsedMs()
      const ownMs = own.nowMs()
      const before = agreed === null ? ownMs : nowMs()
      // It read its clock somewhere between asking and now: a slow answer is no difference.
      const latestMs = databaseMs + (atElapsedMs - askedAtElapsedMs)
      const database = Math.max(databaseMs, Math.min(before, latestMs))
      const atMs = agreed === null ? database : middleOf(ownMs, database, before)
      agreed = { atMs, elapsedMs: atElapsedMs }
      ownAheadMs = ownMs - atMs
    },
  }
}

export type SteadyClock = Clock & {
  /** Our own clock was set since the last comparison, or all stood still: compare first. */
  readonly isInDoubt: () => boolean
  /** With what the database said when asked at that moment of the clock that only counts. */
  readonly compare: (told: {
    readonly askedAtElapsedMs: number
    readonly databaseMs: number
  }) => void
}

type SteadyClockDeps = {
  /** The clock of this machine, as it is set. */
  readonly own: Clock
  /** A clock that only counts. */
  readonly elapsedMs: () => number
}

/** Compares every few seconds, and at once when somebody asks for the time and it is in doubt. */
export function keepSteady(deps: KeepSteadyDeps): SteadyTime {
  const { db, elapsedMs, log, own, shard } = deps
  const steady = createSteadyClock({ own, elapsedMs })
  let timer: NodeJS.Timeout | null = null
  let comparing: Promise<void> | null = null
  const compare = async (): Promise<void> => {
    const askedAtElapsedMs = elapsedMs()
    const { nowMs: databaseMs } = await readDatabaseTime(db, shard)
    steady.compare({ askedAtElapsedMs, databaseMs })
  }
  const compareOnce = async (): Promise<void> => {
    comparing ??= compare()
      // Then it is carried on as it was: nothing can be stored either.
      .catch((error: unknown) => log.warn({ err: error }, 'clocks could not be compared'))
      .finally(() => {
        comparing = null
      })
    await comparing
  }
  return {
    clock: {
      nowMs: steady.nowMs,
      settle: async () => {
        if (steady.isInDoubt()) await compareOnce()
      },
    },
    async start() {
      await compare()
      timer = setInterval(() => void compareOnce(), compareMs)
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      await comparing
    },
  }
}

export type SteadyTime = {
  readonly clock: Clock
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

export type KeepSteadyDeps = SteadyClockDeps & {
  readonly db: Db
  readonly log: Pick<Log, 'warn'>
  readonly shard: number
}

const compareMs = 5_000
/** Clocks are corrected by milliseconds all the time; a step is what could matter to anybody. */
const stepMsMin = 1_000

function middleOf(one: number, two: number, three: number): number {
  return Math.max(Math.min(one, two), Math.min(Math.max(one, two), three))
}
