import type { NumberSlab } from '../model/number-slab.ts'
import { createNumberSlab } from '../model/number-slab.ts'
import { UuidTable } from '../model/uuid-table.ts'

/**
 * What a report asks of its device, by numbers alone (`hear-quietly.ts`); the rest of what is known
 * of the device is in `watch-state.ts`, which reads the moments from here.
 */
export type HeardRows = {
  readonly slab: NumberSlab
  /** Of each device, by id: where its row is. */
  readonly places: UuidTable
  /** Of each vendor: where the moment is at which it was last heard. */
  readonly vendorPlaces: Map<string, number>
}

export function createHeardRows(): HeardRows {
  return { slab: createNumberSlab(), places: new UuidTable(), vendorPlaces: new Map() }
}

/** Places in a row. A moment that is not known is NaN, which no comparison holds for. */
export const heardRow = {
  /** 1: nothing but moments follows from being heard, as long as the numbers hold. */
  isPlain: 0,
  /** The wearer is known of what is recorded from here until just before there. */
  wornFromMs: 1,
  wornUntilMs: 2,
  lastHeardMs: 3,
  lastFixHeardMs: 4,
  lastFixRecordedMs: 5,
  batteryRecordedMs: 6,
  /** When the device is to be looked at, and how long after it was heard at the latest. */
  dueMs: 7,
  lookAfterMs: 8,
  /** A report that is no older came as soon as the plan explains. */
  explainedAgeMs: 9,
  /** Where the moment is at which its vendor was last heard; -1: it has none. */
  vendorAt: 10,
  /** 1: something open, or doubtful, waits for a fix of the wearer, and is to be looked at then. */
  isAwaited: 11,
  /** Of the wearer's dossiers, written and read by the engine. */
  membersAt: 12,
  memberCount: 13,
  /** Room for two of them, which nearly nobody has more of: they lie where the row is fetched. */
  memberRoom: 14,
  length: 24,
} as const
