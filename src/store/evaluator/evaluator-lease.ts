import assert from 'node:assert/strict'
import { OperatingError } from '../../errors.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Takes the shard for the session of `db`, or gives null while another session holds it. The lock
 * falls with its session, so a leader that was killed is followed at once; the fence is for those
 * whose session is ended while they sleep.
 */
export async function tryTakeLease(db: Db, shard: number): Promise<Lease | null> {
  const { rows } = await db.query<{ readonly locked: boolean }>(
    'select pg_try_advisory_lock($1::bigint + $2) as locked',
    [advisoryLocks.evaluator, shard],
  )
  if (rows[0]?.locked !== true) return null
  await endWritersBeside(db, shard)
  return await raiseFence(db, shard)
}

/**
 * What a former leader still writes beside judging: whoever is stopped in the middle of it would
 * keep everybody from the shard for as long as that lasts. It is undone, and the journal has it.
 */
async function endWritersBeside(db: Db, shard: number): Promise<void> {
  await db.query(`select pg_terminate_backend(held.pid, $3) ${holdersOfLock}`, [
    advisoryLocks.evaluatorBeside,
    shard,
    endMsMax,
  ])
}

/** Waits for writes under way that have checked the fence; those that come later find another. */
async function raiseFence(db: Db, shard: number): Promise<Lease> {
  const { rows } = await db.query<{ readonly fence: number }>(
    `insert into evaluator_leases as known (shard, fence, beats, patience) values ($1, 1, 0, $2)
     on conflict (shard) do update
        set fence = known.fence + 1, beats = 0, patience = excluded.patience
     returning fence`,
    [shard, patience.ofLongWork],
  )
  const row = rows[0]
  assert(row !== undefined, 'a shard has one lease')
  return { shard, fence: row.fence }
}

/** The sign of life. False when somebody else has taken the shard. */
export async function beatLease(db: Db, { shard, fence }: Lease): Promise<boolean> {
  const result = await db.query({
    name: 'evaluator-lease-beat',
    text: 'update evaluator_leases set beats = beats + 1 where shard = $1 and fence = $2',
    values: [shard, fence],
  })
  return result.rowCount === 1
}

/** Before work that holds up the loop, and with it the beats; and after it. */
export async function setPatience(
  db: Db,
  { shard, fence }: Lease,
  looks: (typeof patience)[keyof typeof patience],
): Promise<void> {
  await db.query('update evaluator_leases set patience = $3 where shard = $1 and fence = $2', [
    shard,
    fence,
    looks,
  ])
}

/** Null where nobody has led yet. */
export async function findLeaseSign(db: Db, shard: number): Promise<LeaseSign | null> {
  const { rows } = await db.query<LeaseSign>(
    'select fence, beats, patience from evaluator_leases where shard = $1',
    [shard],
  )
  return rows[0] ?? null
}

/**
 * Ends the session of a leader whose last sign of life is still `sign`, and with it a transaction
 * that it sleeps in, so that the lock can be taken. Gives how many sessions were ended: none when
 * the leader has moved after all. Allowed among connections of one role.
 */
export async function endSilentLeader(db: Db, shard: number, sign: LeaseSign): Promise<number> {
  const { rows } = await db.query<{ readonly ended: boolean }>(
    `select pg_terminate_backend(held.pid, $5) as ended ${holdersOfLock}
      where exists (select from evaluator_leases where shard = $2 and fence = $3 and beats = $4)`,
    [advisoryLocks.evaluator, shard, sign.fence, sign.beats, endMsMax],
  )
  return rows.filter(({ ended }) => ended).length
}

/**
 * Inside a transaction, before anything is written: throws when somebody else has taken the shard,
 * and keeps everybody from taking it until the transaction ends.
 */
export async function holdLease(db: Db, { shard, fence }: Lease): Promise<void> {
  const result = await db.query(
    'select from evaluator_leases where shard = $1 and fence = $2 for key share',
    [shard, fence],
  )
  if (result.rowCount !== 1) throw leaseLost()
}

/**
 * The same on another connection than the one that holds the shard's lock. It says so, as whoever
 * takes the shard ends it.
 */
export async function holdLeaseBeside(tx: Db, lease: Lease): Promise<void> {
  await tx.query('select pg_advisory_xact_lock_shared($1::bigint + $2)', [
    advisoryLocks.evaluatorBeside,
    lease.shard,
  ])
  await holdLease(tx, lease)
}

export function leaseLost(): OperatingError {
  return new OperatingError('conflict', 'Another evaluator has taken this shard.')
}

/** Of whoever may write: the number is checked by the database with each write. */
export type Lease = { readonly shard: number; readonly fence: number }

export type LeaseSign = {
  readonly fence: number
  readonly beats: number
  /** Looks at the same beat after which the leader is taken for dead. */
  readonly patience: number
}

/**
 * In looks of a standby, one a second. Usually a leader is replaced six seconds after its last
 * sign, and its successor has four to load its memory and to judge what came in: a loop that stands
 * still for so long tells nobody of anything. Memory, and an old stretch of a million fixes, are
 * worked on in one piece; a successor would have to do the same again.
 */
export const patience = { usual: 5, ofLongWork: 60 } as const

const endMsMax = 2_000

/** Sessions that hold the advisory lock of a number, $1, plus the shard, $2. */
const holdersOfLock = `
  from (select $1::bigint + $2 as key) as lock
  join pg_locks as held on held.locktype = 'advisory' and held.granted and held.objsubid = 1
   and held.database = (select oid from pg_database where datname = current_database())
   and held.classid::bigint = lock.key >> 32 and held.objid::bigint = lock.key & 4294967295`
