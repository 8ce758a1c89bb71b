import assert from 'node:assert/strict'

/**
 * Whether times of two worlds can be told apart, taken by turns: the one of each place beside the
 * other of that place. The area under the curve is how often a time of the first is the longer one
 * of two, ties counted half: 0.5 tells nothing, 0 and 1 tell everything. Only times that were taken
 * near each other are set beside each other, so that what the machine did meanwhile, which is far
 * more than what is looked for, falls on both.
 */
export function compareTimes(
  near: readonly number[],
  far: readonly number[],
  random: () => number,
): TimesCompared {
  assert.equal(near.length, far.length, 'times are taken by turns')
  const asTaken = new Uint8Array(near.length)
  const auc = localAuc(near, far, asTaken)
  // How often chance alone, which of the two of a place is whose, sets the same times as far apart.
  let asFarCount = 0
  let squares = 0
  for (let round = 0; round < permutationCount; round += 1) {
    const swapped = asTaken.map(() => (random() < 0.5 ? 1 : 0))
    const byChance = localAuc(near, far, swapped) - 0.5
    squares += byChance ** 2
    if (Math.abs(byChance) >= Math.abs(auc - 0.5)) asFarCount += 1
  }
  const spread = Math.sqrt(squares / permutationCount)
  return {
    auc,
    p: (asFarCount + 1) / (permutationCount + 1),
    least: auc - 1.96 * spread,
    most: auc + 1.96 * spread,
  }
}

export type TimesCompared = {
  readonly auc: number
  /** Of the hypothesis that there is no difference. */
  readonly p: number
  /** Between these lies the true area in nineteen of twenty runs. */
  readonly least: number
  readonly most: number
}

const permutationCount = 1_000
/** Some seconds of a run. */
const placesAside = 8

/** `swapped`: of these places the one counts as the other. */
function localAuc(near: readonly number[], far: readonly number[], swapped: Uint8Array): number {
  let won = 0
  let count = 0
  for (let place = 0; place < near.length; place += 1) {
    const own = (swapped[place] === 1 ? far : near)[place] ?? 0
    const until = Math.min(near.length - 1, place + placesAside)
    for (let beside = Math.max(0, place - placesAside); beside <= until; beside += 1) {
      const other = (swapped[beside] === 1 ? near : far)[beside] ?? 0
      won += own > other ? 1 : own === other ? 0.5 : 0
      count += 1
    }
  }
  return won / count
}
