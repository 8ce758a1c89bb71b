import type { Writable } from 'node:stream'
import type { Log } from '../../log.ts'

/**
 * Bounds the streams of one token: the oldest goes when one more comes. A desk page that connects
 * again and again without closing takes no other desk's place, and its newest connection works.
 */
export function createStreamShare(
  log: Pick<Log, 'warn'>,
  streamCountMax = perTokenMax,
): StreamShare {
  const byClient = new Map<string, Set<Writable>>()
  return {
    add(clientId, stream) {
      const streams = byClient.get(clientId) ?? new Set()
      byClient.set(clientId, streams)
      if (streams.size >= streamCountMax) {
        const [oldest] = streams
        // Its reader, if there is one, connects again and loses nothing.
        oldest?.destroy()
        if (oldest !== undefined) streams.delete(oldest)
        log.warn({ clientId, streamCountMax }, 'a stream of a token was closed for its newest')
      }
      streams.add(stream)
      stream.once('close', () => {
        streams.delete(stream)
        if (streams.size === 0 && byClient.get(clientId) === streams) byClient.delete(clientId)
      })
    },
    mayReplace: (clientId) => (byClient.get(clientId)?.size ?? 0) >= streamCountMax,
  }
}

export type StreamShare = {
  readonly add: (clientId: string, stream: Writable) => void
  /** One more of this client would close another of it, so it needs no free place. */
  readonly mayReplace: (clientId: string) => boolean
}

/** The screens of one room; each desk better has a token of its own. */
const perTokenMax = 10
