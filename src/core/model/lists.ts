/**
 * Adds every item. `target.push(...items)` puts each of them on the stack of the machine, and from
 * some hundred thousand on the whole process fails by it.
 */
export function pushAll<T>(target: T[], items: readonly T[]): void {
  for (const item of items) target.push(item)
}

/** As `Math.min`, of any number of values; Infinity when there is none. */
export function minOf(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity)
}

/** As `Math.max`, of any number of values; −Infinity when there is none. */
export function maxOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity)
}
