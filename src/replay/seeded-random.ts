/** Seeded randomness (sfc32): the same seed gives the same town on every machine. */
export type Random = { readonly next: () => number }

export function createRandom(seed: number): Random {
  let a = 0x9e3779b9 ^ seed
  let b = 0x243f6a88
  let c = 0xb7e15162
  let counter = (seed >>> 0) + 1
  const next = (): number => {
    const mixed = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + mixed) | 0
    return (mixed >>> 0) / 4_294_967_296
  }
  // The first values of neighbouring seeds resemble one another.
  for (let warmUp = 0; warmUp < 15; warmUp++) {
    next()
  }
  return { next }
}

export function between(random: Random, minimum: number, maximum: number): number {
  return minimum + random.next() * (maximum - minimum)
}

export function wholeBetween(random: Random, minimum: number, maximum: number): number {
  return Math.floor(between(random, minimum, maximum + 1))
}

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random.next() * items.length)]
  if (item === undefined) throw new Error('There is nothing to pick from.')
  return item
}

/** Standard normal (Box-Muller). */
export function gaussian(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()))
  return radius * Math.cos(2 * Math.PI * random.next())
}

/** An id in the shape of a UUID, version 4, that follows from the seed. */
export function randomUuid(random: Random): string {
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random.next() * 16).toString(16)).join('')
  const variant = (8 + Math.floor(random.next() * 4)).toString(16)
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(12)}`
}
