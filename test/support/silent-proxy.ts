import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * A TCP proxy whose line can fail in each way that lines do: it goes silent while every connection
 * stays open, is cut, becomes slow, or lets nobody through any more.
 */
export async function startSilentProxy(target: {
  readonly host: string
  readonly port: number
}): Promise<SilentProxy> {
  let deafened = new WeakSet<Socket>()
  const state = {
    isGone: false,
    isHeld: false,
    delayMs: 0,
    swallowed: null as readonly [string, string] | null,
  }
  const pairs = new Set<Socket>()
  const inwards = new Set<Socket>()
  const outwards = new Set<Socket>()
  const outwardOf = new WeakMap<Socket, Socket>()
  const server = createServer((inward) => {
    const outward = connect(target.port, target.host)
    outwards.add(outward)
    inwards.add(inward)
    outwardOf.set(inward, outward)
    for (const socket of [inward, outward]) {
      pairs.add(socket)
      if (state.isGone) deafened.add(socket)
    }
    const send = (from: Socket, to: Socket, chunk: Buffer): void => {
      if (!deafened.has(from) && !to.destroyed) to.write(chunk)
    }
    let isArmed = false
    // The question goes on, and its answer is lost with all that follow.
    const swallow = (chunk: Buffer): void => {
      const [first, then] = state.swallowed ?? []
      if (first !== undefined && chunk.includes(first)) isArmed = true
      if (!isArmed || then === undefined || !chunk.includes(then)) return
      deafened.add(outward)
      state.swallowed = null
    }
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (chunk: Buffer) => {
        if (from === inward && state.swallowed !== null) swallow(chunk)
        if (state.delayMs === 0) send(from, to, chunk)
        else setTimeout(send, state.delayMs, from, to, chunk)
      })
      from.on('error', () => to.destroy())
      from.on('close', () => {
        pairs.delete(from)
        outwards.delete(from)
        inwards.delete(from)
        if (!deafened.has(from)) to.destroy()
      })
    }
    pass(inward, outward)
    pass(outward, inward)
    if (state.isHeld) for (const socket of [inward, outward]) socket.pause()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const silence = (): number => {
    deafened = new WeakSet(pairs)
    return pairs.size
  }
  const cut = (): void => {
    for (const socket of pairs) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    silence,
    silenceOne: (share) => {
      const inward = [...inwards][Math.floor(share * inwards.size)]
      const outward = inward === undefined ? undefined : outwardOf.get(inward)
      for (const socket of [inward, outward]) if (socket !== undefined) deafened.add(socket)
      return inward !== undefined
    },
    cut,
    swallowAnswer: (first, then) => {
      state.swallowed = [first, then]
    },
    vanish: () => {
      state.isGone = true
      silence()
    },
    comeBack: () => {
      state.isGone = false
      state.delayMs = 0
      cut()
    },
    hold: async (ms) => {
      state.isHeld = true
      for (const socket of pairs) socket.pause()
      await delay(ms)
      state.isHeld = false
      for (const socket of pairs) socket.resume()
    },
    slow: (delayMs) => {
      state.delayMs = delayMs
    },
    outwardPorts: () => [...outwards].map((socket) => socket.localPort ?? 0),
    close: () => {
      cut()
      server.close()
    },
  }
}

export type SilentProxy = {
  readonly port: number
  /**
   * Connections open now pass nothing any more; later ones do. Gives how many sockets that were.
   */
  readonly silence: () => number
  /**
   * The same of one of them, which a share from 0 to below 1 picks. False where there is none.
   */
  readonly silenceOne: (share: number) => boolean
  /** Connections open now are closed; later ones pass. */
  readonly cut: () => void
  /**
   * Once: on a connection that has asked something with `first` in it, nothing comes back any more
   * from what it asks with `then` in it on. It is asked all the same.
   */
  readonly swallowAnswer: (first: string, then: string) => void
  /** Nothing passes any more, on open connections and on new ones, and nobody is told. */
  readonly vanish: () => void
  /** All is well from here; what was open before is closed. */
  readonly comeBack: () => void
  /** For so long nothing passes, on any connection; then all that was held does, in order. */
  readonly hold: (ms: number) => Promise<void>
  /** Each piece takes so long from now on, each way. */
  readonly slow: (delayMs: number) => void
  /** As whom the target knows our connections. */
  readonly outwardPorts: () => readonly number[]
  readonly close: () => void
}
