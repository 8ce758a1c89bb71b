import type { Effect } from '../../core/model/alert.ts'
import type { DeviceEvent, Fix, Heard, Outage } from '../../core/model/fix.ts'
import type { RegistryChange } from '../../core/model/registry.ts'
import { CorruptJournal } from '../../errors.ts'
import {
  decodeDeviceEvents,
  decodeFixes,
  decodeOutage,
  decodeRegistryChange,
} from '../../store/journal/journal-codec.ts'
import { journalKinds } from '../../store/journal/journal-kinds.ts'
import type { JournalRow } from '../../store/journal/journal.ts'
import type { RowToJudge } from '../../store/journal/turns.ts'
import { wholeRow } from '../../store/journal/poison.ts'
import { listDevicesOf } from '../../store/keys/sealed-fixes.ts'
import type { DueBound } from '../../core/watch/due-items.ts'
import { pushAll } from '../../core/model/lists.ts'

/**
 * Applies one row of the journal, entry by entry, after telling the engine how late it was
 * when the row came in: deadlines that passed before it fire before it, on the first reading
 * and on every other. Of a row whose turn is to come, or whose key does not open, it is only heard
 * who reported. Throws
 * `PoisonEntry` for what cannot be read or judged; the engine is then not to be used further.
 */
export function judgeRow(judge: Judge, row: RowToJudge): RowOutcome {
  if (judge.isPoison(row.id, wholeRow)) return nothing
  if (row.isWithheld || row.lockedKeyId !== null) return hearWithheld(judge, row)
  const entries = decodeRow(row)
  if (row.turn !== null) return hearRow(judge, entries)
  const effects: Effect[] = []
  let lastReceivedAtMs: number | null = null
  let fixCount = 0
  for (const [index, entry] of entries.entries()) {
    if (index === 0) pushAll(effects, judge.advance(entry.receivedAtMs, boundBefore(entries)))
    if (judge.isPoison(row.id, index)) continue
    try {
      pushAll(effects, judgeEntry(judge, entry))
    } catch (cause) {
      throw new PoisonEntry(row.id, index, entry, cause)
    }
    lastReceivedAtMs = entry.receivedAtMs
    if (entry.type === 'fix') fixCount += 1
  }
  return { effects, fixCount, lastReceivedAtMs }
}

/**
 * As `judgeRow`, but gives back a row that cannot be read: it will not be readable the next time
 * either, and as nothing of it has been applied the engine can go on. One that waits for its turn
 * is given back when that comes.
 */
export function judgeReadableRow(judge: Judge, row: RowToJudge): RowOutcome | PoisonEntry {
  try {
    return judgeRow(judge, row)
  } catch (error) {
    if (!(error instanceof PoisonEntry) || !error.isUnreadable) throw error
    return row.turn === null ? error : nothing
  }
}

const nothing: RowOutcome = { effects: [], fixCount: 0, lastReceivedAtMs: null }

function hearRow(judge: Judge, entries: readonly Entry[]): RowOutcome {
  const effects: Effect[] = []
  let lastReceivedAtMs: number | null = null
  for (const entry of entries) {
    if (lastReceivedAtMs === null) {
      pushAll(effects, judge.advance(entry.receivedAtMs, boundBefore(entries)))
    }
    lastReceivedAtMs = entry.receivedAtMs
    if (entry.type === 'fix') pushAll(effects, judge.applyHeard(entry.fix))
    else if (entry.type === 'event') pushAll(effects, judge.applyHeard(entry.event))
  }
  return { effects, fixCount: 0, lastReceivedAtMs }
}

/**
 * By what lies open, and the same whether it opens by now or not: who reads it again ends in the
 * same. In its turn nobody is heard: that was where it came.
 */
function hearWithheld(judge: Judge, row: RowToJudge): RowOutcome {
  if (row.placeId !== row.id) return nothing
  const deviceIds = listDevicesOf(row.payload)
  const receivedAtMs = Math.floor(row.committedAtMs)
  const bound = { wholeMax: dueBeforeRowMax, countMax: 0, deviceIds, isEveryDevice: false }
  const effects: Effect[] = []
  pushAll(effects, judge.advance(receivedAtMs, bound))
  for (const deviceId of deviceIds) pushAll(effects, judge.applyHeard({ deviceId, receivedAtMs }))
  return { effects, fixCount: 0, lastReceivedAtMs: receivedAtMs }
}

/**
 * What was due fires before the row. Where that is much, as after a long outage, what concerns the
 * people of the row does, and the rest when the journal is read: nobody seen now waits for it.
 */
function boundBefore(entries: readonly Entry[]): DueBound {
  const deviceIds: string[] = []
  let isEveryDevice = false
  const [first] = entries
  // A change is a row of its own.
  const ofChange = first?.type === 'change' ? boundOfChange(first.change) : noChange
  for (const entry of entries) {
    if (entry.type === 'outage') isEveryDevice = true
    else if (entry.type !== 'change')
      deviceIds.push((entry.type === 'fix' ? entry.fix : entry.event).deviceId)
  }
  return { wholeMax: dueBeforeRowMax, countMax: 0, deviceIds, isEveryDevice, ...ofChange }
}

/** Whom a change concerns, as it was before and as it will be. */
function boundOfChange(change: RegistryChange): Partial<DueBound> {
  switch (change.type) {
    case 'vendor':
    case 'person':
      return noChange
    case 'device':
      return { deviceIds: [change.device.id] }
    case 'device-assignment':
      return {
        deviceIds: [change.deviceAssignment.deviceId],
        personIds: [change.deviceAssignment.personId],
      }
    case 'protection-order': {
      const { id, offenderId, proximityBans } = change.protectionOrder
      const personIds = [offenderId, ...proximityBans.map(({ victimId }) => victimId)]
      return { deviceIds: [], personIds, orderIds: [id] }
    }
  }
}

const noChange: Partial<DueBound> = {}

/** In a quiet moment everything is fired at once, as it falls due: a few milliseconds of work. */
const dueBeforeRowMax = 32

/** The engine as one row needs it. */
export type Judge = {
  /** Fires what was due before this moment, as far as it is bounded; moments never go back. */
  readonly advance: (nowMs: number, bound?: DueBound) => readonly Effect[]
  readonly applyFix: (fix: Fix) => readonly Effect[]
  readonly applyDeviceEvent: (event: DeviceEvent) => readonly Effect[]
  readonly applyRegistryChange: (change: RegistryChange, nowMs: number) => readonly Effect[]
  readonly applyHeard: (heard: Heard) => readonly Effect[]
  readonly applyOutage: (outage: Outage) => void
  readonly isPoison: (journalId: number, entryIndex: number) => boolean
}

export type RowOutcome = {
  readonly effects: readonly Effect[]
  readonly fixCount: number
  readonly lastReceivedAtMs: number | null
}

/** An entry that was acknowledged and cannot be judged. */
export class PoisonEntry extends Error {
  override readonly name = 'PoisonEntry'
  readonly journalId: number
  readonly entryIndex: number
  readonly deviceId: string | null
  readonly recordedAtMs: number | null
  readonly receivedAtMs: number
  /** The row is no journal entry of ours, whoever reads it: nothing that may pass, as memory is. */
  readonly isUnreadable: boolean

  constructor(journalId: number, entryIndex: number, entry: Entry | JournalRow, cause: unknown) {
    super('An entry of the journal cannot be judged.', { cause })
    this.journalId = journalId
    this.entryIndex = entryIndex
    const report = 'fix' in entry ? entry.fix : 'event' in entry ? entry.event : null
    this.deviceId = report?.deviceId ?? null
    this.recordedAtMs = report?.recordedAtMs ?? null
    this.receivedAtMs = 'receivedAtMs' in entry ? entry.receivedAtMs : entry.committedAtMs
    this.isUnreadable = entryIndex === wholeRow && cause instanceof CorruptJournal
  }
}

/**
 * Letting time pass broke an invariant. No entry is to blame, and entries can be judged without it.
 */
export class ClockFailure extends Error {
  override readonly name = 'ClockFailure'
}

type Entry =
  | { readonly type: 'fix'; readonly receivedAtMs: number; readonly fix: Fix }
  | { readonly type: 'event'; readonly receivedAtMs: number; readonly event: DeviceEvent }
  | { readonly type: 'change'; readonly receivedAtMs: number; readonly change: RegistryChange }
  | { readonly type: 'outage'; readonly receivedAtMs: number; readonly outage: Outage }

function decodeRow(row: RowToJudge): readonly Entry[] {
  try {
    switch (row.kind) {
      case journalKinds.fixes:
        return decodeFixes(row.payload).map((fix) => {
          return { type: 'fix', receivedAtMs: fix.receivedAtMs, fix }
        })
      case journalKinds.deviceEvents:
        return decodeDeviceEvents(row.payload).map((event) => {
          return { type: 'event', receivedAtMs: event.receivedAtMs, event }
        })
      case journalKinds.registryChange: {
        const change = row.change ?? decodeRegistryChange(row.payload)
        return [{ type: 'change', receivedAtMs: row.committedAtMs, change }]
      }
      case journalKinds.outage: {
        const outage = decodeOutage(row.payload)
        // Not its end: nothing may fall due in between before the outage is known.
        return [{ type: 'outage', receivedAtMs: outage.fromMs, outage }]
      }
      case journalKinds.turn:
        throw new CorruptJournal('expected the row that a turn is of, got none')
      default:
        throw new CorruptJournal(`expected a known kind of row, got number ${String(row.kind)}`)
    }
  } catch (cause) {
    throw new PoisonEntry(row.id, wholeRow, row, cause)
  }
}

function judgeEntry(judge: Judge, entry: Entry): readonly Effect[] {
  switch (entry.type) {
    case 'fix':
      return judge.applyFix(entry.fix)
    case 'event':
      return judge.applyDeviceEvent(entry.event)
    case 'change':
      return judge.applyRegistryChange(entry.change, entry.receivedAtMs)
    case 'outage':
      judge.applyOutage(entry.outage)
      return []
  }
}
