import type { Clock } from '../src/clock.ts'

/**
 * One timer, for the first of many deadlines. Nothing rests on it: it may be lost with its process,
 * and ring for something that is over by then.
 */
export function createAlarm({ clock, ring }: AlarmDeps): Alarm {
  let timer: NodeJS.Timeout | null = null
  let setForMs = Number.POSITIVE_INFINITY
  let isStopped = false
  return {
    setFor(dueAtMs) {
      if (isStopped || dueAtMs >= setForMs) return
      if (timer !== null) clearTimeout(timer)
      setForMs = dueAtMs
      const waitMs = Math.min(Math.max(0, dueAtMs - clock.nowMs()), waitMsMax)
      timer = setTimeout(() => {
        setForMs = Number.POSITIVE_INFINITY
        ring()
      }, waitMs)
      timer.unref()
    },
    stop() {
      isStopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

export type Alarm = {
  /** Of all the moments it is set for it rings at the first. */
  readonly setFor: (dueAtMs: number) => void
  readonly stop: () => void
}

export type AlarmDeps = {
  readonly clock: Clock
  readonly ring: () => void
}

/** Beyond some weeks a timer of the runtime rings at once. */
const waitMsMax = 3_600_000
