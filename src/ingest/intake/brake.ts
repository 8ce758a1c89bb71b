/**
 * Holds back acknowledgements while judging is behind. What is stored waits to be judged, and the
 * more of it the later an alert: so it is the senders of positions who wait, each for its own
 * answer, and most send nothing more until they have it. A cry for help is never held.
 */
export function createBrake(judgingLagMs: () => number): Brake {
  return {
    async hold() {
      const waitMs = Math.min(judgingLagMs() - lagMsFree, holdMsMax)
      if (waitMs > 0) await new Promise<void>((resolve) => void setTimeout(resolve, waitMs))
    },
  }
}

export type Brake = {
  /** Resolves when an answer to positions may be given. */
  readonly hold: () => Promise<void>
}

/** What an alert may take. */
const lagMsFree = 1_000
/** Within the time in which a server stops, and in which no sender gives up. */
const holdMsMax = 1_000
