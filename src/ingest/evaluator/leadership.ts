import type pg from 'pg'
import type { Log } from '../../log.ts'
import {
  beatLease,
  endSilentLeader,
  findLeaseSign,
  tryTakeLease,
  type Lease,
  type LeaseSign,
} from '../../store/evaluator/evaluator-lease.ts'
import type { Sleeper } from './sleeper.ts'

/**
 * Waits on a connection until it leads the shard; null when stopped before. A leader that gives no
 * sign of life is replaced: its session is ended, and what it may still have in hand is refused by
 * the fence.
 */
export async function waitForLease(
  client: pg.ClientBase,
  { log, shard, sleeper, isStopping, onOtherAlive }: StandbyDeps,
): Promise<Lease | null> {
  let isSaid = false
  let sign: LeaseSign | null = null
  let looksWithoutSign = 0
  while (!isStopping()) {
    const lease = await tryTakeLease(client, shard)
    if (lease !== null) return lease
    if (!isSaid) log.info({ shard }, 'another evaluator leads; standing by')
    isSaid = true
    // Own looks are counted and no time: while we were stopped, or the database stood still, the
    // other may have lived.
    const seen = await findLeaseSign(client, shard)
    const isSame = sign !== null && seen?.fence === sign.fence && seen.beats === sign.beats
    if (sign !== null && !isSame) onOtherAlive()
    looksWithoutSign = isSame ? looksWithoutSign + 1 : 0
    sign = seen
    if (seen !== null && looksWithoutSign >= seen.patience) {
      await replace(client, { log, shard }, seen)
      looksWithoutSign = 0
      continue
    }
    await sleeper.sleep(lookMs, 'stop')
  }
  return null
}

export type StandbyDeps = {
  readonly log: Log
  readonly shard: number
  readonly sleeper: Sleeper
  readonly isStopping: () => boolean
  /** A sign of life of the one that leads was seen. */
  readonly onOtherAlive: () => void
}

/**
 * Gives signs of life until stopped, from the loop that judges: when that stands still, or its
 * process or machine is gone, they end. On other connections than the one that judges, which may be
 * busy with one long statement.
 */
export function keepLease(pool: pg.Pool, lease: Lease, log: Log): LeaseKeeping {
  let isLost = false
  let isBeating = false
  const beat = async (): Promise<void> => {
    isBeating = true
    try {
      isLost = !(await beatLease(pool, lease))
    } catch (error) {
      log.warn({ err: error, ...lease }, 'the sign of life of the evaluator could not be given')
    } finally {
      isBeating = false
    }
  }
  const timer = setInterval(() => {
    if (!isBeating) void beat()
  }, beatMs)
  return { isLost: () => isLost, stop: () => clearInterval(timer) }
}

export type LeaseKeeping = {
  /** Somebody else has taken the shard. */
  readonly isLost: () => boolean
  readonly stop: () => void
}

const lookMs = 1_000
const beatMs = 1_000
async function replace(
  client: pg.ClientBase,
  { log, shard }: Pick<StandbyDeps, 'log' | 'shard'>,
  sign: LeaseSign,
): Promise<void> {
  try {
    const endedCount = await endSilentLeader(client, shard, sign)
    log.warn({ shard, ...sign, endedCount }, 'the leading evaluator gave no sign of life: ended')
  } catch (error) {
    log.error(
      { err: error, shard },
      'the leading evaluator gives no sign of life and could not be ended; all evaluators must use one role of the database',
    )
  }
}
