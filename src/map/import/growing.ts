type Numbers = Uint8Array | Uint32Array | Int32Array | Float32Array | Float64Array

/**
 * Typed arrays that grow, for counts that are known only at the end. In pieces: one that grew by
 * copying would be there twice, and of a country that is a gigabyte more.
 */
export class Growing<T extends Numbers> {
  length = 0
  private pieces: T[] = []
  private last: T
  private filled = 0
  private readonly make: new (length: number) => T

  constructor(make: new (length: number) => T) {
    this.make = make
    this.last = new make(firstPiece)
  }

  push(value: number): void {
    if (this.filled === this.last.length) {
      this.pieces.push(this.last)
      this.last = new this.make(Math.min(pieceMax, this.length))
      this.filled = 0
    }
    this.last[this.filled++] = value
    this.length++
  }

  /** What was pushed; the list is empty after it. */
  take(): T {
    const taken = this.copy()
    this.pieces = []
    this.last = new this.make(firstPiece)
    this.filled = 0
    this.length = 0
    return taken
  }

  copy(): T {
    const copied = new this.make(this.length)
    let at = 0
    for (const piece of this.pieces) {
      copied.set(piece, at)
      at += piece.length
    }
    copied.set(this.last.subarray(0, this.filled), at)
    return copied
  }
}

const firstPiece = 1_024
/** Some megabytes: small beside a country, and few of them. */
const pieceMax = 4 * 1_024 ** 2
