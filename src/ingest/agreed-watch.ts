import type { Log } from '../log.ts'

/**
 * Looks again and again whether something is wrong, one look at a time, and tells it once when two
 * looks agree, and once when it is right again.
 */
export function createAgreedWatch<T extends Finding>(deps: AgreedWatchDeps<T>): AgreedWatch {
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> | null = null
  let wasWrong = false
  /** Null: not known yet; a process before this one may have told it. */
  let isTold: boolean | null = null

  async function look(): Promise<void> {
    const found = await deps.find()
    const isSure = found.isWrong === wasWrong
    wasWrong = found.isWrong
    if (!isSure || isTold === found.isWrong) return
    const events = await deps.tell(found)
    isTold = found.isWrong
    if (events > 0) deps.onEvent()
  }

  return {
    look,
    start() {
      timer = setInterval(() => {
        looking ??= look()
          .catch((error: unknown) => deps.log.warn({ err: error }, deps.unknown))
          .finally(() => {
            looking = null
          })
      }, lookMs)
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      await looking
    },
  }
}

export type AgreedWatch = {
  readonly look: () => Promise<void>
  readonly start: () => void
  readonly stop: () => Promise<void>
}

export type AgreedWatchDeps<T extends Finding> = {
  readonly log: Log
  readonly find: () => Promise<T>
  /** Resolves with the number of alert events that were added. */
  readonly tell: (found: T) => Promise<number>
  /** An alert event was added. */
  readonly onEvent: () => void
  /** For the log, when a look has failed. */
  readonly unknown: string
}

type Finding = { readonly isWrong: boolean }

const lookMs = 10_000
