import type { Engine } from '../../core/engine/engine-state.ts'
import { judgeProtection } from '../../core/protection/judge-protection.ts'
import type { Protection } from '../../core/protection/judge-protection.ts'
import { listLatestSightings } from '../../core/protection/list-latest-sightings.ts'
import type { LatestSighting } from '../../core/protection/list-latest-sightings.ts'
import { listWantedIntervals } from '../../core/protection/list-wanted-intervals.ts'
import { noteDetectionUpToDate } from '../../store/alerts/raise-detection-behind.ts'
import type { Db } from '../../store/pg/pool.ts'
import {
  insertProtectionStates,
  loadProtectionStates,
  type ProtectionChange,
} from '../../store/evaluator/protection-states.ts'
import {
  loadLatestSightings,
  saveLatestSightings,
  type SightingChange,
} from '../../store/evaluator/latest-sightings.ts'
import {
  loadWantedIntervals,
  saveWantedIntervals,
  type WantedIntervalChange,
} from '../../store/evaluator/save-wanted-intervals.ts'

/**
 * What holds now and is on record as it changes: the protection of every order, where each offender
 * was last seen, and which devices are asked to report faster. It is derived from the engine alone;
 * after a restart it is compared with what was recorded.
 */
export function createStanding(engine: Engine, recorded: RecordedStanding): Standing {
  const state: State = {
    engine,
    wanted: new Map(recorded.wanted),
    protection: new Map(recorded.states.map((known) => [known.orderId, keyOf(known)])),
    seen: new Map(recorded.sightings.map((known) => [known.personId, known])),
    dueAtMs: -Infinity,
    restedAtMs: -Infinity,
    notedAtMs: -Infinity,
    wantedAtMs: -Infinity,
    begunAtMs: performance.now(),
  }
  return {
    collectWanted: (nowMs) =>
      wantedMomentOf(nowMs) === state.wantedAtMs
        ? null
        : changeOf(state, nowMs, { protection: [], sightings: noSightings, isNoteDue: false }),
    collectDue: (nowMs, isWhole) =>
      isWhole ? collectOfEverybody(state, nowMs) : collectNote(state, nowMs),
  }
}

/** Null: it is not time to look at every order again. */
function collectOfEverybody(state: State, nowMs: number): StandingChange | null {
  const { engine } = state
  // A clock that was put back must not put this off.
  if (nowMs < state.dueAtMs && nowMs >= state.restedAtMs) return null
  const startedAtMs = performance.now()
  const change = changeOf(state, nowMs, {
    protection: judgeAll(engine, state.protection, nowMs),
    sightings: compareSightings(engine, state.seen, nowMs),
    isNoteDue: isNoteDue(state, nowMs),
  })
  // Looking at every order may cost a twentieth of the time, however many there are.
  state.restedAtMs = nowMs
  state.dueAtMs = nowMs + Math.max(judgeMs, (performance.now() - startedAtMs) * 20)
  return change
}

/**
 * While dossiers are still put together after a start, what comes in goes before a look at
 * everybody. The states on record stand for that time, and that all is judged is said: else every
 * start would be told as detection that is behind.
 */
function collectNote(state: State, nowMs: number): StandingChange | null {
  if (performance.now() - state.begunAtMs > beginningMsMax || !isNoteDue(state, nowMs)) return null
  return changeOf(state, nowMs, { protection: [], sightings: noSightings, isNoteDue: true })
}

function isNoteDue({ notedAtMs }: State, nowMs: number): boolean {
  return nowMs - notedAtMs >= noteMs || nowMs < notedAtMs
}

export async function loadStanding(db: Db): Promise<RecordedStanding> {
  return {
    states: await loadProtectionStates(db),
    wanted: await loadWantedIntervals(db),
    sightings: await loadLatestSightings(db),
  }
}

export type Standing = {
  /** The wanted intervals that have changed. Null: their moment has not come. */
  readonly collectWanted: (nowMs: number) => StandingChange | null
  /**
   * The same, and when all is judged that it is, and the protection of every order, judged anew
   * where all dossiers are whole. Null: none of it is due.
   */
  readonly collectDue: (nowMs: number, isWhole: boolean) => StandingChange | null
}

export type StandingChange = {
  readonly isEmpty: boolean
  /** Inside the transaction of the effects. Gives the number of alert events that came of it. */
  readonly save: (tx: Db, shard: number) => Promise<number>
  /** After its commit. */
  readonly confirm: () => void
}

export type RecordedStanding = {
  readonly states: readonly ProtectionChange[]
  readonly wanted: ReadonlyMap<string, number>
  readonly sightings: readonly LatestSighting[]
}

const judgeMs = 1_000

/**
 * Devices are asked on whole seconds, in the first step after each: when a command is made may
 * depend on the clock alone. Alongside whatever is saved it would come at once where something
 * about her is, and at the next look at everybody where nothing is, which his vendor could tell.
 */
const wantedMs = 1_000

function wantedMomentOf(nowMs: number): number {
  return Math.floor(nowMs / wantedMs) * wantedMs
}

/** How long until devices are asked again. */
export function wantedInMs(nowMs: number): number {
  return wantedMomentOf(nowMs) + wantedMs - nowMs
}

/** How often it is put on record that all was judged; well within `detectionBehindMsMax`. */
const noteMs = 10_000
/**
 * Ten thousand dossiers are put together in some twenty seconds of a core. Whoever takes longer
 * than this vouches for no state on record any more.
 */
const beginningMsMax = 300_000

type State = {
  readonly engine: Engine
  wanted: ReadonlyMap<string, number>
  readonly protection: Map<string, string>
  readonly seen: Map<string, LatestSighting>
  dueAtMs: number
  restedAtMs: number
  notedAtMs: number
  /** For which moment it was last looked which devices are asked. */
  wantedAtMs: number
  /** By the clock that only counts. */
  readonly begunAtMs: number
}

function changeOf(state: State, nowMs: number, judged: JudgedProtection): StandingChange {
  const { engine } = state
  const wantedAtMs = wantedMomentOf(nowMs)
  const isWantedDue = wantedAtMs !== state.wantedAtMs
  // Looked at, saved or not: a later step of the same second finds what has come since.
  state.wantedAtMs = wantedAtMs
  const wanted = isWantedDue ? listWantedIntervals(engine) : state.wanted
  const wantedChanges = isWantedDue ? compareWanted(state.wanted, wanted) : []
  const { protection, sightings, isNoteDue } = judged
  const isSeenSame = sightings.seen.length === 0 && sightings.goneIds.length === 0
  return {
    isEmpty: wantedChanges.length === 0 && protection.length === 0 && isSeenSame && !isNoteDue,
    async save(tx, shard) {
      await saveWantedIntervals(tx, wantedChanges, wantedAtMs)
      await insertProtectionStates(tx, protection, nowMs)
      await saveLatestSightings(tx, sightings)
      if (!isNoteDue) return 0
      return await noteDetectionUpToDate(tx, { shard, nowMs, limits: engine.limits })
    },
    confirm() {
      state.wanted = wanted
      for (const change of protection) state.protection.set(change.orderId, keyOf(change))
      for (const sighting of sightings.seen) {
        state.seen.set(sighting.personId, sighting)
      }
      for (const personId of sightings.goneIds) state.seen.delete(personId)
      if (isNoteDue) state.notedAtMs = nowMs
    },
  }
}

type JudgedProtection = {
  readonly protection: readonly ProtectionChange[]
  readonly sightings: SightingChange
  /** Whether to put on record that everything was judged. */
  readonly isNoteDue: boolean
}

/** Since when is no change: only another state, another reason or another subject is. */
function keyOf({ state, reasons }: Protection): string {
  const parts = reasons.map(({ code, personId, deviceId }) => `${code} ${personId} ${deviceId}`)
  return [state, ...parts.toSorted()].join('|')
}

function judgeAll(
  engine: Engine,
  states: ReadonlyMap<string, string>,
  nowMs: number,
): ProtectionChange[] {
  const changes: ProtectionChange[] = []
  for (const orderId of engine.index.protectionOrders.keys()) {
    const protection = judgeProtection(engine, orderId, nowMs)
    if (states.get(orderId) !== keyOf(protection)) changes.push({ orderId, ...protection })
  }
  return changes
}

function compareWanted(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): WantedIntervalChange[] {
  const changes: WantedIntervalChange[] = []
  for (const deviceId of before.keys()) {
    if (!after.has(deviceId)) changes.push({ deviceId, seconds: null })
  }
  for (const [deviceId, seconds] of after) {
    if (before.get(deviceId) !== seconds) changes.push({ deviceId, seconds })
  }
  return changes
}

const noSightings: SightingChange = { seen: [], goneIds: [] }

function isSameSighting(one: LatestSighting | undefined, other: LatestSighting): boolean {
  return (
    one?.recordedAtMs === other.recordedAtMs &&
    one.longitude === other.longitude &&
    one.latitude === other.latitude &&
    one.accuracyMeters === other.accuracyMeters
  )
}

function compareSightings(
  engine: Engine,
  before: ReadonlyMap<string, LatestSighting>,
  nowMs: number,
): SightingChange {
  const after = listLatestSightings(engine, nowMs)
  const seenIds = new Set(after.map(({ personId }) => personId))
  return {
    seen: after.filter((sighting) => !isSameSighting(before.get(sighting.personId), sighting)),
    goneIds: [...before.keys()].filter((personId) => !seenIds.has(personId)),
  }
}
