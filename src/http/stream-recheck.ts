import type { Writable } from 'node:stream'
import { RefusedInput } from '../errors.ts'
import type { Log } from '../log.ts'

/**
 * Ends a stream whose token is refused in the meantime. A check that fails for another reason says nothing of the
 * token: the next one asks again, and until the database answers there is no event to read either.
 */
export function recheckToken(stream: Writable, deps: RecheckDeps): void {
  const timer = setInterval(() => {
    deps.authenticate().catch((error: unknown) => {
      if (error instanceof RefusedInput) stream.destroy()
      else deps.log.warn({ err: error }, 'token of an alert stream could not be checked again')
    })
  }, deps.everyMs ?? RECHECK_MS)
  timer.unref()
  stream.once('close', () => clearInterval(timer))
}

export type RecheckDeps = {
  readonly authenticate: () => Promise<unknown>
  readonly log: Pick<Log, 'warn'>
  readonly everyMs?: number
}

/** How long a revoked token can keep reading. */
const RECHECK_MS = 15_000
