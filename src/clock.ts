/** The only place the shell reads the time; tests and replay pass their own. */
export type Clock = { readonly nowMs: () => number }

export const systemClock: Clock = { nowMs: () => Date.now() }
