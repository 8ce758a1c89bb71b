/**
 * Runs `work` when asked; asked while it runs, once more when it has ended, however often it was
 * asked. `work` must not reject.
 */
export function createOnceMore(work: () => Promise<void>): OnceMore {
  let running: Promise<void> | null = null
  let isAskedAgain = false

  async function run(): Promise<void> {
    do {
      isAskedAgain = false
      await work()
    } while (isAskedAgain)
    running = null
  }

  return {
    ask() {
      if (running === null) running = run()
      else isAskedAgain = true
    },
    settle: () => running ?? Promise.resolve(),
  }
}

export type OnceMore = {
  readonly ask: () => void
  /** Resolves when what was asked for is done. */
  readonly settle: () => Promise<void>
}
