import type { ServerResponse } from 'node:http'
import { formatInstant } from '../../schemas/common.ts'
import type { MayHear } from '../../live/alert-event-source.ts'
import { listRecentActs, type RecentAct } from '../../store/desk/desk-acts.ts'
import { listSeats, seatMsMax, type Seat } from '../../store/desk/desk-seats.ts'
import { findFlood, type Flood } from '../../store/desk/floods.ts'
import type { RouteDeps } from '../route-deps.ts'
import { findDetectionStanding } from '../routes/detection-standing.ts'

/**
 * A sign of life that a page can hear, unlike a comment, and that no proxy can give in our place.
 * One reading of how we are serves every stream.
 */
export function createDeskBeat(
  deps: BeatDeps,
): (stream: ServerResponse, organisationId: string, mayHear: MayHear) => void {
  const streams = new Map<ServerResponse, Hearer>()
  let trouble: Trouble | null = null
  let desk: DeskNow = { seats: [], acts: [], flood: null }
  let timer: NodeJS.Timeout | null = null

  async function beat(): Promise<void> {
    trouble = await findTrouble(deps)
    desk = await readDesk(deps, desk)
    for (const stream of streams.keys()) write(stream)
  }

  function write(stream: ServerResponse): void {
    // A reader that does not keep up is about to be closed; it gets no more to read.
    if (stream.writableLength > 0) return
    const hearer = streams.get(stream)
    if (hearer === undefined) return
    const seats = desk.seats.filter((seat) => seat.organisationId === hearer.organisationId)
    const acts = desk.acts.filter(hearer.mayHear)
    const data = {
      time: formatInstant(deps.clock.nowMs()),
      trouble,
      people: seats.map(({ personId: id, name, incidentId }) => ({ id, name, incidentId })),
      flood:
        desk.flood === null
          ? null
          : { since: formatInstant(desk.flood.startedAtMs), peak: desk.flood.peak },
      acts: acts.map(({ alertId, atMs }) => ({ alertId, at: formatInstant(atMs) })),
    }
    stream.write(`event: desk.beat\ndata: ${JSON.stringify(data)}\n\n`)
  }

  // Between two beats: what one person does the other must see while it matters.
  const hear = onceAtATime(async () => {
    if (streams.size === 0) return
    desk = await readDesk(deps, desk)
    for (const stream of streams.keys()) write(stream)
  })
  deps.doorbell.on('desk', (cause) => {
    if (cause === 'ring') hear()
  })

  return (stream, organisationId, mayHear) => {
    streams.set(stream, { organisationId, mayHear })
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

type Hearer = { readonly organisationId: string; readonly mayHear: MayHear }

type DeskNow = {
  readonly seats: readonly Seat[]
  readonly acts: readonly RecentAct[]
  readonly flood: Flood | null
}

/** Who is here and what they did of late; what could not be read stays as it was. */
async function readDesk(
  { machinery: pool, clock, log }: BeatDeps,
  before: DeskNow,
): Promise<DeskNow> {
  const nowMs = clock.nowMs()
  try {
    const [seats, acts, flood] = await Promise.all([
      listSeats(pool, nowMs - seatMsMax),
      listRecentActs(pool, nowMs - recentMs),
      findFlood(pool),
    ])
    return { seats, acts, flood }
  } catch (error) {
    log.warn({ err: error }, 'who is at the desk could not be read')
    return before
  }
}

/** Longer than a page takes to come back after its line broke. */
const recentMs = 60_000

/** Many rings while it runs are one more run. */
function onceAtATime(work: () => Promise<void>): () => void {
  let isRunning = false
  let isAgain = false
  const run = async (): Promise<void> => {
    isRunning = true
    do {
      isAgain = false
      await work()
    } while (isAgain)
    isRunning = false
  }
  return () => {
    if (isRunning) isAgain = true
    else void run()
  }
}

type BeatDeps = Pick<RouteDeps, 'clock' | 'limits' | 'machinery' | 'parts' | 'log' | 'doorbell'>

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
