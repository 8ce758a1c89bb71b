import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import { dayMs } from '../src/core/model/units.ts'
import type { Log } from '../src/log.ts'
import { eraseAssessments } from '../src/store/enforceability/erase-assessments.ts'
import { readCautiousClock } from '../src/store/pg/database-clock.ts'

/**
 * Ends the keeping of assessments: one that led to no order goes two years after it was made, one
 * of an order loses what says where people live two years after the order ended.
 */
export function createAssessmentKeeper({ clock, log, pool }: AssessmentKeeperDeps) {
  return async (): Promise<void> => {
    const nowMs = await readCautiousClock(pool, clock)
    const done = await eraseAssessments(pool, { beforeMs: nowMs - keptDays * dayMs })
    if (done.removed + done.erased > 0) log.info(done, 'the time of assessments is over')
  }
}

type AssessmentKeeperDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
}

/** As long as an appeal may take; a judgement of ours, which a lawyer has to confirm. */
const keptDays = 731
