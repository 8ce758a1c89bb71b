import { readIncidents, type Incident } from '../net/api.ts'
import { readStream, type Frame } from '../net/stream.ts'
import {
  actedAt,
  type AtDesk,
  beat,
  connection,
  flood,
  incidents,
  listReadAtMs,
  nowMs,
  people,
  tickMs,
  type Trouble,
  unreadSinceMs,
} from './desk.ts'

/**
 * Follows the server for as long as the page is open: the stream first, the list second, so that
 * nothing falls between the two. Whatever the stream says of an alert makes the list be read again,
 * never twice at once; what is shown is what the server answered, and never our own guess.
 */
export function followAlerts(onChange: (before: Known, after: Known) => void): Following {
  const state: State = {
    lastEventId: null,
    isReading: false,
    isDirty: false,
    isFirst: true,
    onChange,
  }
  const stop = new AbortController()
  let current: AbortController | null = null
  const noteSleep = watchSleep()
  const ticker = setInterval(() => {
    noteSleep()
    tickMs.value = performance.now()
    // A line that is silent for long may be dead without an end: another one is tried.
    const arrivedMs = beat.value?.arrivedMs ?? 0
    if (connection.value === 'live' && performance.now() - arrivedMs > reopenMs) current?.abort()
  }, 1_000)
  const hurry = (): void => {
    if (document.visibilityState === 'visible') tickMs.value = performance.now()
  }
  document.addEventListener('visibilitychange', hurry)
  void run()

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      current = new AbortController()
      const end = await readStream({
        lastEventId: state.lastEventId,
        signal: AbortSignal.any([current.signal, stop.signal]),
        onOpen: () => {
          connection.value = 'live'
          refresh(state)
        },
        onFrame: (frame) => take(state, frame),
      })
      connection.value = end === 'signed-out' ? 'signed-out' : 'connecting'
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }

  return {
    refresh: () => refresh(state),
    stop: () => {
      stop.abort()
      clearInterval(ticker)
      document.removeEventListener('visibilitychange', hurry)
    },
  }
}

export type Known = ReadonlyMap<string, Incident>
export type Following = { readonly refresh: () => void; readonly stop: () => void }

type State = {
  lastEventId: string | null
  isReading: boolean
  isDirty: boolean
  isFirst: boolean
  readonly onChange: (before: Known, after: Known) => void
}

/** A machine that sleeps may not count the time in which it did; its clock goes on. */
function watchSleep(): () => void {
  let aheadMs = Date.now() - performance.now()
  return () => {
    const sleptMs = Date.now() - performance.now() - aheadMs
    aheadMs += sleptMs
    if (sleptMs > sleepMsMin && beat.value !== null)
      beat.value = { ...beat.value, arrivedMs: beat.value.arrivedMs - sleptMs }
  }
}

/** A clock that is set right by as much turns the page red until the next sign of life, at most. */
const sleepMsMin = 5_000

const retryMs = 1_000
const reopenMs = 15_000

function take(state: State, frame: Frame): void {
  if (frame.event === 'desk.beat') {
    const said = JSON.parse(frame.data) as Beat
    const { time, trouble } = said
    beat.value = { serverMs: Date.parse(time), arrivedMs: performance.now(), trouble }
    people.value = said.people
    if (said.flood?.since !== flood.value?.since || said.flood?.peak !== flood.value?.peak)
      flood.value = said.flood
    noteActs(said.acts)
    tickMs.value = performance.now()
    return
  }
  if (frame.id !== null) state.lastEventId = frame.id
  refresh(state)
}

type Beat = {
  readonly time: string
  readonly trouble: Trouble | null
  readonly people: readonly AtDesk[]
  readonly flood: { readonly since: string; readonly peak: number } | null
  readonly acts: readonly { readonly alertId: string; readonly at: string }[]
}

/** What is no news changes nothing: whatever shows an alert would read it again. */
function noteActs(acts: Beat['acts']): void {
  const news = acts.filter(({ alertId, at }) => actedAt.value.get(alertId) !== at)
  if (news.length === 0) return
  actedAt.value = new Map([
    ...actedAt.value,
    ...news.map(({ alertId, at }) => [alertId, at] as const),
  ])
}

function refresh(state: State): void {
  state.isDirty = true
  unreadSinceMs.value ??= performance.now()
  if (state.isReading) return
  state.isReading = true
  void readAll(state).finally(() => {
    state.isReading = false
    if (state.isDirty) setTimeout(() => refresh(state), retryMs)
  })
}

/** Reads until nothing has changed meanwhile; what could not be read stays due. */
async function readAll(state: State): Promise<void> {
  while (state.isDirty) {
    state.isDirty = false
    const outcome = await readIncidents()
    if (outcome.kind === 'signed-out') connection.value = 'signed-out'
    if (outcome.kind !== 'done') {
      state.isDirty = true
      return
    }
    const before = incidents.value
    const after = new Map(outcome.body.items.map((item) => [item.incidentId, item]))
    incidents.value = after
    unreadSinceMs.value = state.isDirty ? performance.now() : null
    listReadAtMs.value = nowMs.value
    if (!state.isFirst) state.onChange(before, after)
    state.isFirst = false
  }
}
