/**
 * A pause that can be cut short. A wake that comes while nobody sleeps cuts the
 * next sleep short instead.
 */
export function createSleeper(): Sleeper {
  let resolveSleep: (() => void) | null = null
  let sleepsUntil: SleeperSignal = 'wake'
  let isWoken = false
  let isStopped = false

  return {
    sleep(ms, until) {
      if (isStopped || (until === 'wake' && isWoken)) {
        isWoken = false
        return Promise.resolve()
      }
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer)
          resolveSleep = null
          isWoken = false
          resolve()
        }
        const timer = setTimeout(end, ms)
        sleepsUntil = until
        resolveSleep = end
      })
    },
    wake(signal) {
      if (signal === 'stop') isStopped = true
      else isWoken = true
      if (resolveSleep !== null && (signal === 'stop' || sleepsUntil === 'wake')) resolveSleep()
    },
  }
}

export type Sleeper = {
  /** Ends after `ms`, or at the signal; a stop ends every sleep, also those that come after it. */
  readonly sleep: (ms: number, until: SleeperSignal) => Promise<void>
  readonly wake: (signal: SleeperSignal) => void
}

export type SleeperSignal = 'wake' | 'stop'
