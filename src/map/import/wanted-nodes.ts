import { Growing } from './growing.ts'

/**
 * The nodes that kept ways are drawn by, looked up by walking through two sorted lists once: a
 * country's ways name 65 million nodes, and a table of hashes of them would not fit. Ways are read
 * again once their nodes are placed; what they name is not kept meanwhile.
 */
export class WantedNodes {
  private readonly references = new Growing(Float64Array)
  private ids = new Float64Array(0)
  private used = new Uint8Array(0)
  private longitudesE7 = new Int32Array(0)
  private latitudesE7 = new Int32Array(0)
  private next = 0
  private found = 0

  want(references: Float64Array): void {
    for (const reference of references) this.references.push(reference)
  }

  /** After the last way, before the first node. */
  sort(): void {
    const sorted = this.references.take().sort()
    let count = 0
    const used = new Uint8Array(sorted.length)
    for (const id of sorted) {
      if (count > 0 && sorted[count - 1] === id) used[count - 1] = 2
      else {
        sorted[count] = id
        used[count] = 1
        count++
      }
    }
    // Not cut to their length: a copy of a country's would be half a gigabyte more.
    this.ids = sorted.subarray(0, count)
    this.used = used
    this.longitudesE7 = new Int32Array(count).fill(missing)
    this.latitudesE7 = new Int32Array(count)
  }

  /** By ascending id. */
  place(id: number, longitudeE7: number, latitudeE7: number): void {
    const { ids } = this
    while (this.next < ids.length && (ids[this.next] ?? 0) < id) this.next++
    if (ids[this.next] !== id) return
    this.longitudesE7[this.next] = longitudeE7
    this.latitudesE7[this.next] = latitudeE7
  }

  /** The nodes of a way that was wanted, by their number among those wanted. */
  numbersOf(references: Float64Array): Uint32Array {
    const numbers = new Uint32Array(references.length)
    for (const [at, reference] of references.entries()) numbers[at] = this.find(reference)
    return numbers
  }

  /** After the last question: of a country these are gigabytes, and more is to be made. */
  release(): void {
    this.ids = new Float64Array(0)
    this.used = new Uint8Array(0)
    this.longitudesE7 = new Int32Array(0)
    this.latitudesE7 = new Int32Array(0)
  }

  /** Was it in the extract at all? */
  isPlaced(node: number): boolean {
    return this.longitudesE7[node] !== missing
  }

  /** Named by more than one way, or twice by one. */
  isShared(node: number): boolean {
    return this.used[node] === 2
  }

  longitudeE7(node: number): number {
    return this.longitudesE7[node] ?? 0
  }

  latitudeE7(node: number): number {
    return this.latitudesE7[node] ?? 0
  }

  get count(): number {
    return this.ids.length
  }

  get missingCount(): number {
    let count = 0
    for (const longitude of this.longitudesE7) if (longitude === missing) count++
    return count
  }

  private find(id: number): number {
    const { ids } = this
    // Most ways were drawn in one go, and their nodes have ids in a row.
    if (ids[this.found + 1] === id) return ++this.found
    let low = 0
    let high = ids.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ids[middle] ?? 0) < id) low = middle + 1
      else high = middle
    }
    this.found = low
    return low
  }
}

/** No longitude: 180 degrees are less. */
const missing = 2_147_483_647
