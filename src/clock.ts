/** The only place the shell reads the time; tests and replay pass their own. */
export type Clock = {
  readonly nowMs: () => number
  /** Resolves when it is sure what time it is; absent where it always is. */
  readonly settle?: () => Promise<void>
}

export const systemClock: Clock = { nowMs: () => Date.now() }
