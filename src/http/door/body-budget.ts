import { RefusedInput } from '../../errors.ts'

/**
 * How much memory the bodies of all requests may take together, each from its first byte until
 * its answer. A body that finds no room is answered with a 503: its sender comes again, and
 * the process lives on. One client gets no more than its share, so that a sender in a loop
 * cannot lock the others out.
 */
export function createBodyBudget(limits: BodyLimits): BodyBudget {
  const bytesOfClient = new Map<string, number>()
  let heldBytes = 0
  let refusedCount = 0

  function open(clientId: string): BodyHold {
    let ownBytes = 0
    const move = (bytes: number): void => {
      const ofClient = (bytesOfClient.get(clientId) ?? 0) + bytes - ownBytes
      const ofAll = heldBytes + bytes - ownBytes
      if (bytes > ownBytes && (ofAll > limits.bytesMax || ofClient > limits.clientBytesMax)) {
        refusedCount += 1
        throw new RefusedInput('overloaded')
      }
      heldBytes = ofAll
      ownBytes = bytes
      if (ofClient === 0) bytesOfClient.delete(clientId)
      else bytesOfClient.set(clientId, ofClient)
    }
    return {
      take: (bytes) => move(Math.max(bytes, requestBytes)),
      release: () => move(0),
    }
  }

  return {
    open,
    stats: () => ({ heldBytes, refusedCount, clientCount: bytesOfClient.size }),
  }
}

export type BodyLimits = { readonly bytesMax: number; readonly clientBytesMax: number }

export type BodyBudget = {
  readonly open: (clientId: string) => BodyHold
  readonly stats: () => {
    readonly heldBytes: number
    readonly refusedCount: number
    readonly clientCount: number
  }
}

/** The part of the budget that one request has. */
export type BodyHold = {
  /**
   * Makes the part this large, more or less than before; throws the 503
   * when there is no room for it.
   */
  readonly take: (bytes: number) => void
  /** Gives everything back. May be called again. */
  readonly release: () => void
}

/**
 * Fifty full requests of one vendor have room in its share (a thousand full positions count for
 * about 0.7 MB), and so has the largest body that is accepted at all.
 */
export const defaultBodyLimits: BodyLimits = {
  bytesMax: 128 * 1024 * 1024,
  clientBytesMax: 64 * 1024 * 1024,
}

/**
 * What a request costs beside its body: its connection, headers and objects.
 * Many empty ones are not free.
 */
const requestBytes = 16 * 1024
