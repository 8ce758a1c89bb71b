import type { Watch, WatchedDevice } from './watch-state.ts'
import { allowedSilenceInPursuitMs, allowedSilenceMs, overdueMs } from './watch-state.ts'

/**
 * From when on a silence is what: overdue; and silent in pursuit, where somebody is day after day,
 * and elsewhere. The last two are when those have lasted.
 */
export function findSilenceBounds(watch: Watch, device: WatchedDevice): SilenceBounds {
  const { silenceByHabitMs, watchListedMs } = watch.limits
  const pursuitMs = allowedSilenceInPursuitMs(watch, device)
  const normalMs = allowedSilenceMs(watch, device)
  return {
    overdueMs: overdueMs(watch, device),
    pursuitMs,
    habitMs: Math.min(normalMs, pursuitMs + silenceByHabitMs),
    normalMs,
    usualMs: pursuitMs + watchListedMs,
    calledOutMs: normalMs + watchListedMs,
  }
}

type SilenceBounds = Readonly<
  Record<'overdueMs' | 'pursuitMs' | 'habitMs' | 'normalMs' | 'usualMs' | 'calledOutMs', number>
>
