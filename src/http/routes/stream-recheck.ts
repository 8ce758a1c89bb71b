import type { Writable } from 'node:stream'
import { RefusedInput } from '../../errors.ts'
import type { Doorbell } from '../../live/doorbell.ts'
import type { Log } from '../../log.ts'

/**
 * Ends a stream whose token has been revoked: checks at intervals, and at once when a revocation is
 * announced. A check that fails for another reason proves nothing about the token: the next one
 * asks again, and until the database answers there is no event to read either.
 */
export function recheckToken(stream: Writable, deps: RecheckDeps): void {
  const recheck = (): void => {
    deps.authenticate().catch((error: unknown) => {
      if (error instanceof RefusedInput) stream.destroy()
      else deps.log.warn({ err: error }, 'token of an alert stream could not be checked again')
    })
  }
  const timer = setInterval(recheck, deps.everyMs ?? recheckMs)
  timer.unref()
  const stopListening = deps.doorbell.on('api-clients', (cause) => {
    if (cause === 'ring') recheck()
  })
  stream.once('close', () => {
    clearInterval(timer)
    stopListening()
  })
}

export type RecheckDeps = {
  readonly authenticate: () => Promise<unknown>
  readonly log: Pick<Log, 'warn'>
  readonly doorbell: Pick<Doorbell, 'on'>
  readonly everyMs?: number
}

/**
 * How long a revoked token can keep reading when the revocation is not heard of; its
 * being believed comes on top.
 */
const recheckMs = 15_000
