import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/**
 * A TCP proxy that can stop passing bytes while every connection stays open: how a
 * line dies without a word.
 */
export async function startSilentProxy(target: {
  readonly host: string
  readonly port: number
}): Promise<SilentProxy> {
  let deafened = new WeakSet<Socket>()
  const pairs = new Set<Socket>()
  const server = createServer((inward) => {
    const outward = connect(target.port, target.host)
    pairs.add(inward)
    pairs.add(outward)
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (chunk: Buffer) => {
        if (!deafened.has(from)) to.write(chunk)
      })
      from.on('error', () => to.destroy())
      from.on('close', () => {
        pairs.delete(from)
        if (!deafened.has(from)) to.destroy()
      })
    }
    pass(inward, outward)
    pass(outward, inward)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => {
      deafened = new WeakSet(pairs)
      return pairs.size
    },
    close: () => {
      for (const socket of pairs) socket.destroy()
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
  readonly close: () => void
}
