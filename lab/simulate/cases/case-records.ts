import type { DeviceEvent, DeviceEventKind, Fix } from '../../../src/core/model/fix.ts'
import type { ProtectionOrder, Registry } from '../../../src/core/model/registry.ts'
import type { CaseDraft } from './case-draft.ts'
import type {
  CaseStream,
  CaseTruth,
  DistortionKind,
  SimulatedRecord,
  TrueDistortion,
} from './case-stream.ts'
import type { DevicePlan } from '../devices/device-plan.ts'
import { batteryOf, createDeviceStream, stepDevice } from '../devices/device-stream.ts'
import type { DeviceSink, DeviceStream } from '../devices/device-stream.ts'
import { createRecordHeap, popReceived, pushRecord } from '../devices/record-heap.ts'
import type { HeldRecord, RecordHeap } from '../devices/record-heap.ts'
import type { World } from '../world.ts'
import { settleStories } from './settle-stories.ts'
import { toTrueTrack } from '../truth/true-track.ts'
import type { DraftTally, Ledger } from '../truth/truth-ledger.ts'
import { findBusyHours, noteEventHeard, noteFix, noteSilence } from '../truth/truth-ledger.ts'
import { findTruth } from '../truth/truth-of-case.ts'
import type { FoundTruth } from '../truth/truth-of-case.ts'

/**
 * The finished case: its records are made as they are read, its truth falls
 * out of a complete reading.
 */
export function createCaseRecords(made: MadeCase): CaseStream {
  const { world, draft, plans, registry, order } = made
  const { region } = world.router
  const people = [draft.offender, draft.victim].filter((person) => person !== null)
  const tracks = people.map((person, index) => {
    const plan = plans[index]!
    return toTrueTrack(region, person.track, plan.personId, plan.device.id)
  })
  const found = findTruth({
    region,
    order,
    bans: draft.bans,
    stories: draft.stories,
    offender: tracks[0]!,
    victim: tracks[1] ?? null,
  })
  let truth: CaseTruth | null = null
  function* read(): Generator<SimulatedRecord> {
    const ledger = openLedger(made, found)
    yield* readDevices(made, ledger)
    truth = closeLedger(made, found, ledger)
  }
  const readAll = (): CaseTruth => {
    for (const _ of read());
    return truth!
  }
  return {
    index: made.index,
    key: made.key,
    registry,
    tracks,
    records: read,
    truth: () => truth ?? readAll(),
  }
}

export type MadeCase = {
  readonly world: World
  readonly index: number
  readonly key: string
  readonly registry: Registry
  readonly order: ProtectionOrder
  readonly draft: CaseDraft
  readonly plans: readonly DevicePlan[]
}

/**
 * All devices of the case side by side. What arrives later than the present moment is held back
 * until no device can send anything earlier any more.
 */
function* readDevices(made: MadeCase, ledger: Ledger): Generator<SimulatedRecord> {
  const { plans, draft, world } = made
  const heap = createRecordHeap()
  const sink = sinkInto(heap, ledger)
  const streams = plans.map((plan, index) => {
    const { track } = index === 0 ? draft.offender : draft.victim!
    return createDeviceStream(plan, track, world.router.region)
  })
  for (;;) {
    const stream = earliest(streams, world.endMs)
    const untilMs = stream === null ? Infinity : stream.nextMs
    for (let held = popReceived(heap, untilMs); held !== null; held = popReceived(heap, untilMs)) {
      yield release(held, ledger, plans[0]!.device.id)
    }
    if (stream === null) return
    stepDevice(stream, sink)
  }
}

function earliest(streams: readonly DeviceStream[], endMs: number): DeviceStream | null {
  let first: DeviceStream | null = null
  for (const stream of streams) {
    if (stream.nextMs < endMs && (first === null || stream.nextMs < first.nextMs)) first = stream
  }
  return first
}

function sinkInto(heap: RecordHeap, ledger: Ledger): DeviceSink {
  return {
    fix(_stream: DeviceStream, fix: Fix, trueMs: number, distortion: DistortionKind | null) {
      const { receivedAtMs } = fix
      pushRecord(heap, { record: { type: 'fix', receivedAtMs, fix }, trueMs, distortion })
    },
    event(stream: DeviceStream, kind: DeviceEventKind, recordedAtMs: number, receivedAtMs: number) {
      const event: DeviceEvent = {
        deviceId: stream.plan.device.id,
        kind,
        recordedAtMs,
        receivedAtMs,
        batteryFraction: batteryOf(stream),
        sequence: stream.sequence++,
      }
      if (isFactKind(kind)) {
        const { personId, device } = stream.plan
        ledger.deviceFacts.push({ deviceId: device.id, personId, kind, recordedAtMs, receivedAtMs })
      }
      const record: SimulatedRecord = { type: 'device-event', receivedAtMs, event }
      pushRecord(heap, { record, trueMs: recordedAtMs, distortion: null })
    },
    silence(stream, cause, startMs, endMs) {
      const { personId, device } = stream.plan
      noteSilence(ledger, {
        deviceId: device.id,
        personId,
        cause,
        startMs: Math.round(startMs),
        endMs: Math.round(endMs),
        lastHeardMs: null,
        heardAgainMs: null,
      })
    },
  }
}

function release(held: HeldRecord, ledger: Ledger, offenderDeviceId: string): SimulatedRecord {
  const { record } = held
  if (record.type === 'fix') {
    const isOffender = record.fix.deviceId === offenderDeviceId
    noteFix(ledger, isOffender, record.fix, held.trueMs, held.distortion)
  } else {
    noteEventHeard(ledger, record.event.deviceId, record.receivedAtMs)
  }
  return record
}

type FactKind = CaseTruth['deviceFacts'][number]['kind']

const factKinds: ReadonlySet<DeviceEventKind> = new Set([
  'strap-tamper',
  'case-tamper',
  'panic',
  'link-lost',
  'battery-low',
])

function isFactKind(kind: DeviceEventKind): kind is FactKind {
  return factKinds.has(kind)
}

/** A fresh start for each reading, so that two readings say the same. */
function openLedger(made: MadeCase, found: FoundTruth): Ledger {
  const stays = found.stays.map(({ stay, shape }) => ({ stay: { ...stay }, shape }))
  const meetings = found.meetings.map((meeting) => ({ ...meeting }))
  const tallies = new Map<string, DraftTally>()
  for (const { device, personId, deadZones, outages } of made.plans) {
    const stretches = [
      ...deadZones.map((stretch) => ({ ...stretch, cause: 'dead-zone' as const })),
      ...outages.map((stretch) => ({ ...stretch, cause: 'vendor-outage' as const })),
    ]
    const silences = stretches.map(({ fromMs, untilMs, cause }) => ({
      deviceId: device.id,
      personId,
      cause,
      startMs: Math.round(fromMs),
      endMs: Math.round(untilMs),
      lastHeardMs: null,
      heardAgainMs: null,
    }))
    const deviceId = device.id
    tallies.set(deviceId, { deviceId, fixCount: 0, eventCount: 0, lastHeardMs: null, silences })
  }
  return {
    stays,
    meetings,
    busyHours: findBusyHours([...stays.map(({ stay }) => stay), ...meetings]),
    distortions: [],
    deviceFacts: [],
    tallies,
    offenderLast: null,
    victimLast: null,
  }
}

function closeLedger(made: MadeCase, found: FoundTruth, ledger: Ledger): CaseTruth {
  const { plans, draft, key } = made
  const tallies = plans.map(({ device }) => ledger.tallies.get(device.id)!)
  return {
    caseKey: key,
    offenderId: plans[0]!.personId,
    victimId: plans[1]?.personId ?? null,
    stays: byStart(ledger.stays.map(({ stay }) => stay)),
    meetings: byStart(ledger.meetings),
    approaches: byStart(found.approaches),
    silences: byStart(tallies.flatMap(({ silences }) => silences)),
    deviceFacts: ledger.deviceFacts,
    distortions: byStart([...ledger.distortions, ...plans.flatMap(plannedDistortions)]),
    stories: settleStories(draft.stories, ledger),
    devices: plans.map(({ device, personId, model }, index) => ({
      deviceId: device.id,
      personId,
      model: model.name,
      reportIntervalSeconds: device.reportIntervalSeconds,
      fixCount: tallies[index]!.fixCount,
      eventCount: tallies[index]!.eventCount,
    })),
  }
}

function byStart<T extends { readonly startMs: number }>(events: readonly T[]): T[] {
  return events.toSorted((one, other) => one.startMs - other.startMs)
}

const clockToleratedMs = 5_000

function plannedDistortions(plan: DevicePlan): TrueDistortion[] {
  const deviceId = plan.device.id
  const mark = (kind: DistortionKind, fromMs: number, untilMs: number): TrueDistortion => ({
    deviceId,
    kind,
    startMs: Math.round(fromMs),
    endMs: Math.round(untilMs),
  })
  const { clockAhead } = plan
  const isSkewed = Math.abs(plan.clockOffsetMs) > clockToleratedMs
  return [
    ...plan.lying.map(({ fromMs, untilMs }) => mark('lying-accuracy', fromMs, untilMs)),
    ...plan.frozen.map(({ fromMs, untilMs }) => mark('frozen', fromMs, untilMs)),
    ...(clockAhead === null ? [] : [mark('clock-offset', clockAhead.fromMs, clockAhead.untilMs)]),
    ...(isSkewed ? [mark('clock-offset', plan.startMs, plan.endMs)] : []),
  ]
}
