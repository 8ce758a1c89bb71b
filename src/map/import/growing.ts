/** Typed arrays that grow, for counts that are known only at the end. */
export class Growing<
  T extends Uint8Array | Uint32Array | Int32Array | Float32Array | Float64Array,
> {
  length = 0
  private values: T
  private readonly make: new (length: number) => T

  constructor(make: new (length: number) => T) {
    this.make = make
    this.values = new make(1024)
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new this.make(Math.ceil(this.length * 1.6))
      grown.set(this.values)
      this.values = grown
    }
    this.values[this.length++] = value
  }

  /** What was pushed; the list is not to be used after it. */
  take(): T {
    // A copy of the right length, so that the rest of the memory is free.
    return this.values.slice(0, this.length) as T
  }
}
