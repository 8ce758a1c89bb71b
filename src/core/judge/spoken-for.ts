import { findVersion, type RuleVersion } from '../rules/ban-versions.ts'
import { isOfSameMatter } from '../rules/same-matter.ts'
import { isLadderWeaker } from '../rules/weakening.ts'
import type { Limits } from '../model/limits.ts'
import type { EscalationStep, ProtectionOrder } from '../model/registry.ts'
import type { Episode } from './episode.ts'
import { kindsOf } from './kinds.ts'

/**
 * What calls somebody about this very approach already, under another ban of the same area or the
 * same two people: a breach or an approach that was called out no later, lately, by a ladder on
 * which the same people are called as soon, and that lasts at least as long. Null when nothing
 * does, and from the moment on at which that is over and this one is not. Only an approach that
 * would be called out as it begins is spoken for; a breach never is, for it is of its own order
 * before a court.
 */
export function findSpeaker(
  episodes: Iterable<Episode>,
  episode: Episode,
  limits: Limits,
): Episode | null {
  if (!mayBeSpokenFor(episode)) return null
  for (const other of episodes) {
    if (speaksFor(other, episode, limits)) return other
  }
  return null
}

export function mayBeSpokenFor({ kind, rule, isCovered, lower }: Episode): boolean {
  return kind === kindsOf(rule).approach && !isCovered && lower === null
}

function speaksFor(other: Episode, episode: Episode, limits: Limits): boolean {
  const { breach, approach } = kindsOf(other.rule)
  if (other.isCovered || (other.kind !== breach && other.kind !== approach)) return false
  if (endOf(other) < endOf(episode) || !isCalledBefore(other, episode)) return false
  if (episode.startMs - (other.calledMs ?? -Infinity) > limits.spokenForMsMax) return false
  if (isLadderWeaker(ladderOf(episode), ladderOf(other))) return false
  if (isLadderWeaker(addedTo(episode), addedTo(other))) return false
  return isOfSameMatter(other.rule, episode.rule, episode.startMs, endOf(episode))
}

/** Of two that begin with one fix, the one whose rule was registered first. */
function isCalledBefore(one: Episode, other: Episode): boolean {
  const [oneMs, otherMs] = [one.calledMs ?? Infinity, other.calledMs ?? Infinity]
  return oneMs === otherMs ? oneMs < Infinity && one.rule.slot < other.rule.slot : oneMs < otherMs
}

function ladderOf(episode: Episode): ProtectionOrder['escalation'] {
  return orderOf(episode).escalation
}

/** By the risk profile of its case. */
function addedTo(episode: Episode): readonly EscalationStep[] {
  return orderOf(episode).risk?.alsoCalled ?? []
}

/** As it was when the approach began. */
function orderOf({ rule, startMs }: Episode): ProtectionOrder {
  const versions: readonly RuleVersion[] = rule.versions
  return findVersion(versions, startMs).order
}

function endOf({ endMs }: Episode): number {
  return endMs ?? Infinity
}
