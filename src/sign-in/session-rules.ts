/** How long somebody stays signed in without doing anything. */
export const sessionIdleMsMax = 15 * 60_000
/** One shift, whatever is done in it. */
export const sessionMsMax = 10 * 3_600_000
/** How long a repeated proof of who somebody is counts, for the one act that it was given for. */
export const stepUpMsMax = 5 * 60_000

/** Until when a session lives that is used now. */
export function idleUntilMs(nowMs: number, expiresAtMs: number): number {
  return Math.min(nowMs + sessionIdleMsMax, expiresAtMs)
}
