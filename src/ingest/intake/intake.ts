import type { Clock } from '../../clock.ts'
import type { Limits } from '../../core/model/limits.ts'
import { OperatingError, RefusedInput } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { isDatabaseUnavailable, type Db } from '../../store/pg/pool.ts'
import { createBacklogBound } from './backlog-bound.ts'
import { createBrake } from './brake.ts'
import { createDeviceDirectory, resolveDevices, type DeviceDirectory } from './device-directory.ts'
import type { GroupCommitStats } from './group-commit.ts'
import type { Lane } from './lane.ts'
import { createLanes, isStoring } from './lanes.ts'
import { findRefusalOfTime } from './recorded-time.ts'
import { createRefusalKeeper, type RefusalKeeper } from './refusal-keeper.ts'
import type { RefusalReason, RefusedElement } from './refusals.ts'
import type { RefusalCode } from '../../core/model/contract-words.ts'
import { createPace } from './pace.ts'
import { createShares } from './shares.ts'
import { holdAnswer, senderIdOf, submit, type Bounds, type Sender } from './submit.ts'
import { createWantedIntervals, type WantedInterval } from './wanted-intervals.ts'
import type { DeviceEvent, DeviceEventReport, Fix, FixReport } from '../../core/model/fix.ts'
import { settleTime } from '../../core/model/urgent-event.ts'

/**
 * Takes what devices report. Resolves only after every accepted element is committed to the
 * journal and every refused one is in quarantine; throws when that cannot be said, and then
 * nothing may be acknowledged.
 */
export function createIntake(deps: IntakeDeps): Intake {
  const { fixLane, eventLane, priming } = createLanes(deps)
  const directory = createDeviceDirectory({ db: deps.db, nowMs: deps.clock.nowMs })
  const wanted = createWantedIntervals({ db: deps.db, nowMs: deps.clock.nowMs, directory })
  const shared = createShared(deps, directory)
  const brake = createBrake(deps.judgingLagMs ?? notKnown)
  const fixWay: Way<FixReport, Fix> = {
    lane: fixLane,
    bound: async (sender) => {
      shared.pace.refuse(senderIdOf(sender))
      await shared.backlog.refuse(senderIdOf(sender))
    },
    prime: priming.primeFixes,
    toEntry: (report, common) => ({ ...report, ...common }),
  }
  const eventWay: Way<DeviceEventReport, DeviceEvent> = {
    lane: eventLane,
    // A cry for help is taken, whatever else its sender has sent.
    bound: async () => {},
    prime: priming.primeDeviceEvents,
    toEntry: (report, common) => ({
      ...settleTime(report, common.receivedAtMs, deps.limits),
      ...common,
    }),
  }
  return {
    acceptFixes: async (request) => {
      const result = await accept(shared, fixWay, request)
      await Promise.all([holdAnswer(shared, request), brake.hold()])
      return { ...result, wantedIntervals: await wanted.find(request) }
    },
    acceptDeviceEvents: async (request) => await accept(shared, eventWay, request),
    refuseWhenOverloaded: () => refuseWhenOverloaded(shared, 0),
    isStoring: () => [fixLane, eventLane].every(isStoring),
    notePlace: priming.notePlace,
    stats: () => ({
      ...statsOf(shared),
      fixes: fixLane.groups.stats(),
      deviceEvents: eventLane.groups.stats(),
      rememberedFixCount: fixLane.recent.entryCount(),
      unreadableRowCount: priming.unreadableRowCount(),
    }),
    async close() {
      shared.load.isClosed = true
      await fixLane.groups.drained()
      await eventLane.groups.drained()
    },
  }
}

export type IntakeDeps = {
  readonly db: Db
  readonly log: Log
  readonly clock: Clock
  readonly limits: Limits
  readonly shard: number
  /** Called after each commit, so that the evaluator reads the journal at once. Must not throw. */
  readonly onCommitted: () => void
  /** How far judging is behind, where an evaluator of this process knows. */
  readonly judgingLagMs?: () => number
}

const notKnown = (): number => 0

export type Intake = {
  readonly acceptFixes: (request: IntakeRequest<FixReport>) => Promise<FixIntakeResult>
  readonly acceptDeviceEvents: (request: IntakeRequest<DeviceEventReport>) => Promise<IntakeResult>
  /**
   * Throws the 503 of a full intake; called before a body is read, so that
   * memory does not grow first.
   */
  readonly refuseWhenOverloaded: () => void
  /** False while the database has just refused what came in: then we do not receive. */
  readonly isStoring: () => boolean
  /** A place that the journal has come to: what is appended from now on lies behind it. */
  readonly notePlace: (journalId: number) => void
  readonly stats: () => IntakeStats
  /** Refuses what comes later and resolves when what is on its way is committed or failed. */
  readonly close: () => Promise<void>
}

export type IntakeRequest<Report> = {
  readonly apiClientId: string
  readonly sender: Sender
  readonly receivedAtMs: number
  readonly bodyByteCount?: number
  readonly reports: readonly ReportElement<Report>[]
  /** Elements already refused for their shape. */
  readonly refused: readonly RefusedElement[]
}

export type ReportElement<Report> = {
  readonly index: number
  /** Null when the sender is a device. */
  readonly serialNumber: string | null
  readonly report: Report
  /** As it came, for the quarantine. */
  readonly body: unknown
}

export type IntakeResult = {
  readonly acceptedCount: number
  readonly duplicateCount: number
  /** In the order of the request. */
  readonly refused: readonly RefusedElement[]
}

export type FixIntakeResult = IntakeResult & {
  /** Of the devices in the request, those asked to report at another interval than their plan. */
  readonly wantedIntervals: readonly WantedInterval[]
}

type IntakeStats = {
  readonly pendingElementCount: number
  readonly acceptedCount: number
  readonly duplicateCount: number
  readonly overloadedRequestCount: number
  readonly refusedCounts: Readonly<Partial<Record<RefusalCode, number>>>
  readonly fixes: GroupCommitStats
  readonly deviceEvents: GroupCommitStats
  readonly rememberedFixCount: number
  /** Rows at the end of the journal that could not be read when this process began. */
  readonly unreadableRowCount: number
}

/**
 * Fifty full requests. Beyond it the database is too slow for what comes in, and
 * waiting would only cost memory.
 */
export const pendingElementsMax = 50_000

function createShared(deps: IntakeDeps, directory: DeviceDirectory): Shared {
  const elapsedMs = (): number => performance.now()
  return {
    deps,
    directory,
    shares: createShares(elapsedMs),
    pace: createPace(elapsedMs),
    refusals: createRefusalKeeper(deps.db, elapsedMs),
    backlog: createBacklogBound({ ...deps, elapsedMs }),
    load: { elements: 0, isClosed: false },
    counts: { accepted: 0, duplicates: 0, overloaded: 0, refused: new Map() },
  }
}

type Shared = Bounds & {
  readonly deps: IntakeDeps
  readonly directory: DeviceDirectory
  readonly refusals: RefusalKeeper
  readonly load: { elements: number; isClosed: boolean }
  readonly counts: {
    accepted: number
    duplicates: number
    overloaded: number
    readonly refused: Map<RefusalCode, number>
  }
}

/** How reports of one kind become entries of the journal. */
type Way<Report, Entry extends Fix | DeviceEvent> = {
  readonly lane: Lane<Entry>
  /** Throws the 429 of a sender that has sent too much. */
  readonly bound: (sender: Sender) => Promise<void>
  readonly prime: (entries: readonly Entry[]) => Promise<void>
  readonly toEntry: (
    report: Report,
    common: { readonly deviceId: string; readonly receivedAtMs: number },
  ) => Entry
}

async function accept<Report, Entry extends Fix | DeviceEvent>(
  shared: Shared,
  { lane, bound, prime, toEntry }: Way<Report, Entry>,
  request: IntakeRequest<Report>,
): Promise<IntakeResult> {
  const { receivedAtMs } = request
  const elementCount = request.reports.length + request.refused.length
  refuseWhenOverloaded(shared, elementCount)
  shared.load.elements += elementCount
  try {
    await bound(request.sender)
    const devices = await resolveDevices(shared.directory, request)
    const entries: Entry[] = []
    const refused: RefusedElement[] = [...request.refused]
    for (const element of request.reports) {
      const { index } = element
      const deviceId = devices(element)
      if (deviceId === null) {
        refused.push({ index, reasons: [unknownDevice], body: element.body })
        continue
      }
      const entry = toEntry(element.report, { deviceId, receivedAtMs })
      const reason = findRefusalOfTime(entry.recordedAtMs, receivedAtMs, shared.deps.limits)
      if (reason === null) entries.push(entry)
      else refused.push({ index, reasons: [reason], body: element.body })
    }
    refused.sort((a, b) => a.index - b.index)
    if (entries.length > 0) await prime(entries)
    const [taken] = await Promise.all([
      entries.length === 0 ? nothingTaken : submit(shared, lane, request.sender, entries),
      shared.refusals.keep(request, refused),
    ])
    count(shared, taken, refused)
    return { ...taken, refused }
  } catch (error) {
    throw asAnswer(error)
  } finally {
    shared.load.elements -= elementCount
  }
}

const nothingTaken = { acceptedCount: 0, duplicateCount: 0 }

/**
 * The same words for a device nobody registered and for one of another vendor: which of the two is
 * not the sender's to know.
 */
const unknownDevice: RefusalReason = {
  field: 'serialNumber',
  code: 'unknown-device',
  detail: 'expected the serial number of a registered device of this vendor, got another',
}

function refuseWhenOverloaded(shared: Shared, elementCount: number): void {
  const { load, counts } = shared
  if (load.isClosed) throw new RefusedInput('shutting-down')
  // One request is always let through when nothing else is pending, whatever its size.
  const isFull = load.elements + elementCount > pendingElementsMax
  if (!isFull || load.elements === 0) return
  counts.overloaded += 1
  throw new RefusedInput('overloaded')
}

function statsOf({ counts, load }: Shared) {
  return {
    pendingElementCount: load.elements,
    acceptedCount: counts.accepted,
    duplicateCount: counts.duplicates,
    overloadedRequestCount: counts.overloaded,
    refusedCounts: Object.fromEntries(counts.refused),
  }
}

function count(
  shared: Shared,
  taken: { readonly acceptedCount: number; readonly duplicateCount: number },
  refused: readonly RefusedElement[],
): void {
  shared.counts.accepted += taken.acceptedCount
  shared.counts.duplicates += taken.duplicateCount
  for (const { reasons } of refused) {
    const { code } = reasons[0]
    shared.counts.refused.set(code, (shared.counts.refused.get(code) ?? 0) + 1)
  }
}

/**
 * A database that cannot take it now is a 503 with which the sender comes again;
 * anything else is a fault of ours.
 */
function asAnswer(error: unknown): unknown {
  if (error instanceof OperatingError || error instanceof RefusedInput) return error
  return isDatabaseUnavailable(error)
    ? new OperatingError('database-unavailable', null, error)
    : error
}
