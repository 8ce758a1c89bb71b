import { dayMs, weekMs } from '../../core/model/units.ts'
import { formatInstant } from '../../schemas/common.ts'
import type { RecordedFix } from './recording.ts'

/**
 * Times that can be read and can hardly be true: of a clock that was never set, of a receiver whose
 * week counter rolled over, and of the future. They are taken, and told.
 */
export function listDoubtfulTimes(
  fixes: readonly Pick<RecordedFix, 'recordedAtMs'>[],
  nowMs: number,
): readonly string[] {
  const unset = createTally()
  const rolledOver = createTally()
  const ahead = createTally()
  for (const { recordedAtMs } of fixes) {
    if (recordedAtMs < firstTrackerMs) count(unset, recordedAtMs)
    else if (recordedAtMs + gpsWeekCycleMs <= nowMs) count(rolledOver, recordedAtMs)
    else if (recordedAtMs > nowMs + dayMs) count(ahead, recordedAtMs)
  }
  const notes: string[] = []
  if (unset.count > 0) notes.push(`${describe(unset)}, before there were trackers: a clock not set`)
  if (rolledOver.count > 0) {
    notes.push(
      `${describe(rolledOver)}, 1,024 weeks before ${day(rolledOver.firstMs + gpsWeekCycleMs)}: ` +
        'if that is the true day, the week counter of the receiver has rolled over',
    )
  }
  if (ahead.count > 0) notes.push(`${describe(ahead)}, in the future: a clock that is wrong`)
  return notes
}

/** GPS is complete from 1995; nothing that reports its place is older than 1990. */
const firstTrackerMs = Date.UTC(1990, 0, 1)
const gpsWeekCycleMs = 1024 * weekMs

type Tally = { count: number; firstMs: number }

function createTally(): Tally {
  return { count: 0, firstMs: Infinity }
}

function count(tally: Tally, timeMs: number): void {
  tally.count++
  tally.firstMs = Math.min(tally.firstMs, timeMs)
}

function describe({ count: fixCount, firstMs }: Tally): string {
  return fixCount === 1 ? `1 fix of ${day(firstMs)}` : `${fixCount} fixes from ${day(firstMs)} on`
}

function day(timeMs: number): string {
  return formatInstant(timeMs).slice(0, 10)
}
