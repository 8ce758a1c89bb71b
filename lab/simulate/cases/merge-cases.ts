import type { CaseStream, SimulatedRecord } from './case-stream.ts'

/** All cases as one stream, in order of receipt; of equal times the earlier case goes first. */
export function* mergeCases(cases: readonly CaseStream[]): Generator<SimulatedRecord> {
  const readers: Reader[] = []
  for (const { index, records } of cases) {
    const iterator = records()[Symbol.iterator]()
    const first = iterator.next()
    if (first.done !== true) readers.push({ index, iterator, record: first.value })
  }
  readers.sort(compareReaders)
  for (let place = (readers.length >> 1) - 1; place >= 0; place--) sink(readers, place)
  while (readers.length > 0) {
    const reader = readers[0]!
    yield reader.record
    const next = reader.iterator.next()
    if (next.done === true) {
      const last = readers.pop()!
      if (readers.length > 0) readers[0] = last
    } else {
      reader.record = next.value
    }
    sink(readers, 0)
  }
}

type Reader = {
  readonly index: number
  readonly iterator: Iterator<SimulatedRecord>
  record: SimulatedRecord
}

function compareReaders(one: Reader, other: Reader): number {
  return one.record.receivedAtMs - other.record.receivedAtMs || one.index - other.index
}

function sink(readers: Reader[], from: number): void {
  let place = from
  for (;;) {
    let child = 2 * place + 1
    if (child >= readers.length) return
    const right = readers[child + 1]
    if (right !== undefined && compareReaders(right, readers[child]!) < 0) child++
    if (compareReaders(readers[child]!, readers[place]!) >= 0) return
    const moved = readers[place]!
    readers[place] = readers[child]!
    readers[child] = moved
    place = child
  }
}
