import pg from 'pg'
import type { Log } from '../../log.ts'
import { dropIdle } from './watched-lines.ts'

/**
 * A connection on which a planned statement does not hold any more fails with it for as long as it
 * lives. It goes when it is let go of, and those that lie idle go with it: what happened to it, a
 * migration or a session that somebody emptied, has most likely happened to them.
 */
export function dropLostPlans(pool: pg.Pool, log: Pick<Log, 'warn'> | null): void {
  pool.on('release', (error: unknown) => {
    if (!isPlanLost(error)) return
    dropIdle(pool).catch((failure: unknown) =>
      log?.warn({ err: failure }, 'connections with lost plans could not be replaced'),
    )
  })
}

/**
 * A statement of this connection is not there any more (26000), is there although it was never
 * planned here (42P05: another session, behind a go-between), or gives other columns since a
 * migration. Nothing was done, and on a new connection it is planned anew.
 */
export function isPlanLost(error: unknown): error is pg.DatabaseError {
  if (!(error instanceof pg.DatabaseError)) return false
  if (error.code === '26000' || error.code === '42P05') return true
  return error.code === '0A000' && error.routine === 'RevalidateCachedQuery'
}
