import type { Engine } from '../../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyHeard,
  applyOutage,
  applyRegistryChange,
  nextDeadlineMs,
} from '../../../src/core/engine/engine.ts'
import { deflateRawSync } from 'node:zlib'
import type { Fix } from '../../../src/core/model/fix.ts'
import type { ProtectionOrder, RegistryChange } from '../../../src/core/model/registry.ts'
import type { DueBound } from '../../../src/core/watch/due-items.ts'
import { type Judge, judgeRow } from '../../../src/ingest/evaluator/judge-row.ts'
import {
  decodeRegistryChange,
  encodeFixes,
  encodeRegistryChange,
} from '../../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import type { RowToJudge } from '../../../src/store/journal/turns.ts'
import { readAreas } from '../../../src/store/keys/read-areas.ts'
import type { StoredOrder } from '../../../src/store/keys/sealed-orders.ts'

/**
 * Judges each of these as the server's evaluator does, but for its database: as a row of the
 * journal, and after it a hundred of what is due. Answers how long each took, the two in turn.
 */
export function timeAsServer(engine: Engine, entries: readonly Entry[]): number[] {
  const judge = judgeWith(engine)
  return entries.flatMap((entry) => {
    const row = rowOf(entry)
    const rowUs = timeUs(() => judgeRow(judge, openRow(row)))
    return [rowUs, timeUs(() => judge.advance(row.committedAtMs, dueAtOnce))]
  })
}

/** A fix, or an order that is changed then. */
export type Entry =
  | Fix
  | { readonly protectionOrder: ProtectionOrder; readonly changedAtMs: number }

/**
 * How long each fix waits on one thread from when it comes until it is judged, where all takes as
 * long as that. Fixes come evenly, as often as from a country of 10,000 offenders and their
 * victims; changes by themselves, anywhere between two fixes.
 */
export function waitAsServer(entries: readonly Entry[], timesUs: readonly number[]): number[] {
  const waitsUs: number[] = []
  let nowUs = 0
  let changeCount = 0
  for (const [at, entry] of entries.entries()) {
    if (isChange(entry)) changeCount += 1
    const share = isChange(entry) ? (changeCount * goldenRatio) % 1 : 1
    const comesUs = (waitsUs.length + share) * usPerFix
    nowUs = Math.max(nowUs, comesUs) + (timesUs[2 * at] ?? Number.NaN)
    if (!isChange(entry)) waitsUs.push(nowUs - comesUs)
    nowUs += timesUs[2 * at + 1] ?? Number.NaN
  }
  return waitsUs
}

/** Its multiples fall between whole numbers as evenly as can be. */
const goldenRatio = (1 + Math.sqrt(5)) / 2

/** 15,000 people, each ten seconds. */
const usPerFix = 10_000_000 / 15_000

/** As at the end of a step of the evaluator. */
const dueAtOnce: DueBound = { wholeMax: 100, countMax: 100, deviceIds: [], isEveryDevice: false }

function rowOf(entry: Entry): RowToJudge {
  if (!isChange(entry)) {
    const payload = encodeFixes([entry])
    return { ...plainRow, kind: journalKinds.fixes, payload, committedAtMs: entry.receivedAtMs }
  }
  const payload = packOrder(entry.protectionOrder)
  return {
    ...plainRow,
    kind: journalKinds.registryChange,
    payload,
    committedAtMs: entry.changedAtMs,
  }
}

function openRow(row: RowToJudge): RowToJudge {
  const isChange = row.kind === journalKinds.registryChange
  return isChange ? { ...row, change: openChange(row.payload) } : row
}

/** An order as it lies in the journal, but for being sealed. */
export function packOrder({ locationBans, ...terms }: ProtectionOrder): Buffer {
  const areas = deflateRawSync(JSON.stringify(locationBans)).toString('base64url')
  const protectionOrder: StoredOrder = {
    ...terms,
    locationBans: [],
    sealed: { areas, addresses: null },
  }
  return encodeRegistryChange({ type: 'protection-order', protectionOrder })
}

/** As the server opens it, but for the key. */
export function openChange(payload: Buffer): RegistryChange {
  const change = decodeRegistryChange(payload)
  if (change.type !== 'protection-order') return change
  const { sealed, ...stored }: StoredOrder = change.protectionOrder
  const locationBans = readAreas(Buffer.from(sealed?.areas ?? '', 'base64url'))
  return { ...change, protectionOrder: { ...stored, locationBans } }
}

const plainRow = {
  shard: 0,
  id: 1,
  placeId: 1,
  entryCount: 1,
  turn: null,
  isWithheld: false,
  lockedKeyId: null,
  change: null,
} as const

/** As the evaluator's memory does it. */
function judgeWith(engine: Engine): Judge {
  let clockMs = 0
  return {
    advance(toMs, bound) {
      clockMs = Math.max(clockMs, toMs)
      const dueMs = nextDeadlineMs(engine)
      return dueMs === null || dueMs > clockMs ? [] : advanceTo(engine, clockMs, bound)
    },
    applyFix: (fix) => applyFix(engine, fix),
    applyDeviceEvent: (event) => applyDeviceEvent(engine, event),
    applyRegistryChange: (change, nowMs) => applyRegistryChange(engine, change, nowMs),
    applyHeard: (heard) => applyHeard(engine, heard),
    applyOutage: (outage) => applyOutage(engine, outage),
    isPoison: () => false,
  }
}

function isChange(entry: Entry): entry is Exclude<Entry, Fix> {
  return 'protectionOrder' in entry
}

function timeUs(work: () => unknown): number {
  const startedAtMs = performance.now()
  work()
  return (performance.now() - startedAtMs) * 1_000
}
