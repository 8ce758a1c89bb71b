import type { BanRule, PairRule, RuleVersion } from './ban-versions.ts'
import { findVersion, isInForce } from './ban-versions.ts'
import { nextChangeMs } from './schedule.ts'

/**
 * The first moment after `afterMs` at which the ban comes into force, or is in force as another
 * one: its order starts or is resumed, its window opens, a permitted presence is over, it is added
 * or changed. Infinity when none is known.
 */
export function findNextBeginning(rule: BanRule | PairRule, afterMs: number): number {
  const { versions, beginning: known } = rule
  const newest: RuleVersion = findVersion<RuleVersion>(versions, Infinity)
  // Hot path: asked with every fix, and the answer of most is the one before.
  if (known !== null && known.newest === newest) {
    if (afterMs >= known.afterMs && afterMs < known.beginsMs) return known.beginsMs
  }
  const beginsMs = searchBeginning(versions, afterMs)
  rule.beginning = { newest, afterMs, beginsMs }
  return beginsMs
}

function searchBeginning(versions: readonly RuleVersion[], afterMs: number): number {
  for (const [index, version] of versions.entries()) {
    const untilMs = versions[index + 1]?.fromMs ?? Infinity
    if (untilMs <= afterMs || version.isRemoved) continue
    if (version.fromMs > afterMs && isBegun(versions[index - 1], version)) return version.fromMs
    const beginsMs = findOpening(version, Math.max(version.fromMs, afterMs), untilMs)
    if (beginsMs !== null) return beginsMs
  }
  return Infinity
}

/** Not where only the terms of its order are others, and it was in force the moment before. */
function isBegun(before: RuleVersion | undefined, version: RuleVersion): boolean {
  const { fromMs } = version
  if (!isInForce(version, fromMs)) return false
  return before === undefined || !isInForce(before, fromMs - 1) || !isSameBan(before, version)
}

function isSameBan(one: RuleVersion, other: RuleVersion): boolean {
  const isSameShape = ('shape' in one && one.shape) === ('shape' in other && other.shape)
  const [distances, others] = [one, other].map(({ ban }) =>
    'separationMeters' in ban ? [ban.separationMeters, ban.approachMeters] : [ban.approachMeters],
  )
  return isSameShape && String(distances) === String(others)
}

/** Changes of one version alternate: it opens at one of the next two. */
function findOpening(version: RuleVersion, fromMs: number, untilMs: number): number | null {
  const { ban, order } = version
  let atMs = fromMs
  for (let change = 0; change < 2; change++) {
    const changeMs = nextChangeMs(ban, order, atMs)
    if (changeMs === null || changeMs >= untilMs) return null
    if (isInForce(version, changeMs)) return changeMs
    atMs = changeMs
  }
  return null
}
