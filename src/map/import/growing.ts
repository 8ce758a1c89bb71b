type Numbers = Uint8Array | Uint32Array | Int32Array | Float32Array | Float64Array

/**
 * Typed arrays that grow, for counts that are known only at the end. In pieces: one that grew by
 * copying would be there twice, and of a country that is a gigabyte more.
 */
export class Growing<T extends Numbers> {
  length = 0
  private readonly pieces: T[] = []
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

  /** What was pushed, in one array; the list is empty after it. */
  take(): T {
    const taken = new this.make(this.length)
    let at = 0
    // Each piece is let go once it is copied.
    for (let piece = this.pieces.shift(); piece !== undefined; piece = this.pieces.shift()) {
      taken.set(piece, at)
      at += piece.length
    }
    taken.set(this.last.subarray(0, this.filled), at)
    this.last = new this.make(firstPiece)
    this.filled = 0
    this.length = 0
    return taken
  }
}

const firstPiece = 1_024
/** Some megabytes: small beside a country, and few of them. */
const pieceMax = 4 * 1_024 ** 2
