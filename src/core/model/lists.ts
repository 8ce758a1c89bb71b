/**
 * Adds every item. `target.push(...items)` puts each of them on the stack of the machine, and from
 * some hundred thousand on the whole process fails by it.
 */
export function pushAll<T>(target: T[], items: readonly T[]): void {
  for (const item of items) target.push(item)
}

/** Takes the first numbers out. Hot path: `splice` makes a list of them. */
export function dropFirst(numbers: number[], count: number): void {
  if (count === 0) return
  const kept = Math.max(0, numbers.length - count)
  for (let at = 0; at < kept; at++) numbers[at] = numbers[at + count] ?? Number.NaN
  numbers.length = kept
}

/** As `Math.min`, of any number of values; Infinity when there is none. */
export function minOf(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity)
}

/** As `Math.max`, of any number of values; −Infinity when there is none. */
export function maxOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity)
}
