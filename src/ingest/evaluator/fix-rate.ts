/** Fixes per second over the last seconds, for people who look at it. */
export function createFixRate(): FixRate {
  const windowMs = 5_000
  let windowStartMs = performance.now()
  let counted = 0
  let latest = 0
  function roll(): void {
    const elapsedMs = performance.now() - windowStartMs
    if (elapsedMs < windowMs) return
    latest = (counted * 1000) / elapsedMs
    counted = 0
    windowStartMs = performance.now()
  }
  return {
    add(count) {
      roll()
      counted += count
    },
    perSecond() {
      roll()
      return latest
    },
  }
}

export type FixRate = { readonly add: (count: number) => void; readonly perSecond: () => number }
