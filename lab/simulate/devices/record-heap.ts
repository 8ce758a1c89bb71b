import type { DistortionKind, SimulatedRecord } from '../cases/case-stream.ts'

/** Records held back until their time of receipt; of equal times the one put in first comes out first. */
export function createRecordHeap(): RecordHeap {
  return { count: 0, receivedAtMs: [], order: [], held: [], nextOrder: 0 }
}

export function pushRecord(heap: RecordHeap, record: HeldRecord): void {
  const { receivedAtMs, order, held } = heap
  const key = record.record.receivedAtMs
  const number = heap.nextOrder++
  let place = heap.count++
  while (place > 0) {
    const parent = (place - 1) >> 1
    if (receivedAtMs[parent]! <= key) break
    move(heap, parent, place)
    place = parent
  }
  receivedAtMs[place] = key
  order[place] = number
  held[place] = record
}

export function popRecord(heap: RecordHeap): HeldRecord {
  const { receivedAtMs, order, held } = heap
  const top = held[0]!
  const count = --heap.count
  const key = receivedAtMs[count]!
  const number = order[count]!
  const last = held[count]!
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    if (child >= count) break
    if (child + 1 < count && isBefore(heap, child + 1, receivedAtMs[child]!, order[child]!)) child++
    if (!isBefore(heap, child, key, number)) break
    move(heap, child, place)
    place = child
  }
  receivedAtMs[place] = key
  order[place] = number
  held[place] = last
  held.length = Math.max(count, 0)
  return top
}

export type HeldRecord = {
  readonly record: SimulatedRecord
  readonly trueMs: number
  readonly distortion: DistortionKind | null
}

export type RecordHeap = {
  count: number
  readonly receivedAtMs: number[]
  readonly order: number[]
  readonly held: HeldRecord[]
  nextOrder: number
}

function isBefore(heap: RecordHeap, place: number, key: number, number: number): boolean {
  const own = heap.receivedAtMs[place]!
  return own < key || (own === key && heap.order[place]! < number)
}

function move(heap: RecordHeap, from: number, to: number): void {
  heap.receivedAtMs[to] = heap.receivedAtMs[from]!
  heap.order[to] = heap.order[from]!
  heap.held[to] = heap.held[from]!
}
