import type { TestApp } from './http-app.ts'

/**
 * Sets the clock of a journey so many hours before its beginning: hours of it pass in seconds, and
 * the evaluator believes no clock that is ahead of the database's. So does the journal, which the
 * database stamps.
 */
export async function beginEarlier(app: TestApp, hours: number = journeyHours): Promise<void> {
  app.clock.timeMs = Date.now() - hours * 3_600_000
  await app.database.pool.query(
    `alter table journal alter column committed_at
       set default clock_timestamp() - interval '${hours} hours'`,
  )
}

/** How long a journey lasts that does not say. */
const journeyHours = 6
