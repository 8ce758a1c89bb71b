/**
 * Whether times of two worlds can be told apart. The area under the curve is how often a time of
 * the first is the longer one, ties counted half: 0.5 tells nothing, 0 and 1 tell everything.
 */
export function compareTimes(
  near: readonly number[],
  far: readonly number[],
  random: () => number,
): TimesCompared {
  const seen = rank([...near, ...far])
  const auc = aucOf(seen, near.length)
  // How often chance alone sets the same times as far apart.
  let asFarCount = 0
  for (let round = 0; round < permutationCount; round += 1) {
    shuffle(seen, random)
    if (Math.abs(aucOf(seen, near.length) - 0.5) >= Math.abs(auc - 0.5)) asFarCount += 1
  }
  const spread = standardError(auc, near.length, far.length)
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

/** By Mann and Whitney, from the ranks of the first `count`. */
function aucOf(ranks: readonly number[], count: number): number {
  let sum = 0
  for (let at = 0; at < count; at += 1) sum += ranks[at] ?? 0
  return (sum - (count * (count + 1)) / 2) / (count * (ranks.length - count))
}

/** Equal times share the mean of their ranks. */
function rank(values: readonly number[]): number[] {
  const order = values.map((_, at) => at).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const ranks = Array.from<number>({ length: values.length }).fill(0)
  for (let from = 0; from < order.length;) {
    let to = from
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to += 1
    for (let at = from; at < to; at += 1) ranks[order[at] ?? 0] = (from + to + 1) / 2
    from = to
  }
  return ranks
}

function shuffle(values: number[], random: () => number): void {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const moved = values[last] ?? 0
    values[last] = values[other] ?? 0
    values[other] = moved
  }
}

/** By Hanley and McNeil, 1982. */
function standardError(auc: number, nearCount: number, farCount: number): number {
  const both = auc / (2 - auc)
  const same = (2 * auc * auc) / (1 + auc)
  return Math.sqrt(
    (auc * (1 - auc) + (nearCount - 1) * (both - auc * auc) + (farCount - 1) * (same - auc * auc)) /
      (nearCount * farCount),
  )
}
