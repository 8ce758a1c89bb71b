import type { Heap } from '../../../src/core/model/heap.ts'
import { createHeap, popFromHeap, pushToHeap, readFirstKey } from '../../../src/core/model/heap.ts'
import type { DistortionKind, SimulatedRecord } from '../cases/case-stream.ts'

/**
 * Records held back until their time of receipt; of equal times the one put
 * in first comes out first.
 */
export function createRecordHeap(): RecordHeap {
  return { heap: createHeap(), nextOrder: 0 }
}

export function pushRecord(records: RecordHeap, record: HeldRecord): void {
  pushToHeap(records.heap, record.record.receivedAtMs, record, records.nextOrder++)
}

/** The next record received by then, taken out; null when there is none. */
export function popReceived({ heap }: RecordHeap, untilMs: number): HeldRecord | null {
  return readFirstKey(heap) > untilMs ? null : popFromHeap(heap)
}

export type HeldRecord = {
  readonly record: SimulatedRecord
  readonly trueMs: number
  readonly distortion: DistortionKind | null
}

export type RecordHeap = { readonly heap: Heap<HeldRecord>; nextOrder: number }
