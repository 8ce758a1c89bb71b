import type { ServerResponse } from 'node:http'
import { formatInstant } from '../../schemas/common.ts'
import type { RouteDeps } from '../route-deps.ts'
import { findDetectionStanding } from '../routes/detection-standing.ts'

/**
 * A sign of life that a page can hear, unlike a comment, and that no proxy can give in our place.
 * One reading of how we are serves every stream.
 */
export function createDeskBeat(deps: BeatDeps): (stream: ServerResponse) => void {
  const streams = new Set<ServerResponse>()
  let trouble: Trouble | null = null
  let timer: NodeJS.Timeout | null = null

  async function beat(): Promise<void> {
    trouble = await findTrouble(deps)
    for (const stream of streams) write(stream)
  }

  function write(stream: ServerResponse): void {
    // A reader that does not keep up is about to be closed; it gets no more to read.
    if (stream.writableLength > 0) return
    const data = { time: formatInstant(deps.clock.nowMs()), trouble }
    stream.write(`event: desk.beat\ndata: ${JSON.stringify(data)}\n\n`)
  }

  return (stream) => {
    streams.add(stream)
    write(stream)
    timer ??= setInterval(() => void beat(), beatMs).unref()
    stream.once('close', () => {
      streams.delete(stream)
      if (streams.size > 0 || timer === null) return
      clearInterval(timer)
      timer = null
    })
  }
}

type BeatDeps = Pick<RouteDeps, 'clock' | 'limits' | 'machinery' | 'parts' | 'log'>

/** In words of the contract: the page says them in its language. */
export type Trouble = 'database' | 'detection-behind' | 'disk-full'

/** Three of them missed are the ten seconds after which a page says that it is dead. */
const beatMs = 3_000

async function findTrouble(deps: BeatDeps): Promise<Trouble | null> {
  if (deps.parts.worker?.().storage.isDiskFull === true) return 'disk-full'
  try {
    const { isBehind } = await findDetectionStanding(deps)
    return isBehind ? 'detection-behind' : null
  } catch (error) {
    deps.log.warn({ err: error }, 'how far detection is could not be read for the desks')
    return 'database'
  }
}
