import { distanceMeters } from '../../../geo/distance.ts'
import type { Limits } from '../model/limits.ts'
import { sampledDiameterMeters } from './area-checks.ts'
import type { EnforceabilityCheck } from './check-result.ts'
import { runChecks } from './checks.ts'
import type { EnforceabilityProposal, ProposedBan } from './proposal.ts'
import { judgeTravelModes, neededTime, speedMetersPerSecond } from './warning-time.ts'
import { maxOf, minOf } from '../model/lists.ts'

/**
 * The least that turns every red check green, or the reason why no size of ban can. A proposal that
 * would make another check red is not made.
 */
export function proposeCounter(
  proposal: EnforceabilityProposal,
  reachMeters: number,
  checks: readonly EnforceabilityCheck[],
  limits: Limits,
): Counter {
  const red = listRed(checks)
  if (red.length === 0) return noCounter('No check is red.')
  const beyondSize = red.filter((code) => !sizeCodes.has(code))
  if (beyondSize.length === red.length) {
    return noCounter(`${explain(beyondSize)} No other size of ban changes that.`)
  }
  if (proposal.ban.kind === 'polygon' && red.includes('E5')) {
    return noCounter(
      'An address of the offender lies inside the area: draw it around that address, or ask for another measure.',
    )
  }
  const reach = findReach(proposal, reachMeters, red, limits)
  const candidate: EnforceabilityProposal = {
    ...proposal,
    ban: resize(proposal.ban, reach),
    approachMeters: findApproach(proposal, reach, limits),
    reportIntervalSeconds:
      findInterval(proposal, reach, red, limits) ?? proposal.reportIntervalSeconds,
  }
  const left = listStillRed(candidate, reach, limits).filter((code) => !beyondSize.includes(code))
  if (left.length > 0) {
    return noCounter(
      `A ban of ${reach} m would be needed, and then: ${explain(left)} Ask for another measure.`,
    )
  }
  return {
    counterProposal: describeCounter(candidate, reach),
    reason: beyondSize.length > 0 ? explain(beyondSize) : null,
  }
}

export type CounterProposal = {
  readonly radiusMeters: number | null
  readonly separationMeters: number | null
  /** For a drawn area: the circle that must fit into it. */
  readonly inscribedRadiusMeters: number | null
  readonly approachMeters: number
  readonly reportIntervalSeconds: number | null
}

export type Counter = {
  readonly counterProposal: CounterProposal | null
  readonly reason: string | null
}

const sizeCodes: ReadonlySet<string> = new Set(['E2', 'E3', 'E4', 'E5'])

/** Proposals are rounded up to what a person would write down. */
const stepMeters = 10

const explanations: Readonly<Record<string, string>> = {
  E1: 'The victim does not consent: ask for a fixed area instead.',
  E2: 'It would be too small.',
  E3: 'It would not give police the time.',
  E4: 'It would be crossed between two fixes.',
  E5: 'An address of the offender would lie inside.',
  E9: 'It would give away a secret address: use the neighbourhood, the municipality or a distance that moves.',
  E11: 'The response chain must be complete first.',
  E13: 'The offender needs a place to live and to charge first.',
  E14: 'The term in the order must be put right.',
}

function noCounter(reason: string): Counter {
  return { counterProposal: null, reason }
}

function listRed(checks: readonly EnforceabilityCheck[]): string[] {
  return checks.filter((check) => check.result === 'red').map((check) => check.code)
}

/** What another size would leave red, or make so. Where an area is drawn is not ours to change. */
function listStillRed(candidate: EnforceabilityProposal, reach: number, limits: Limits): string[] {
  const modes = judgeTravelModes(candidate, reach, limits)
  const red = listRed(runChecks(candidate, reach, modes, limits))
  return candidate.ban.kind === 'polygon' ? red.filter((code) => code !== 'E5') : red
}

function describeCounter(candidate: EnforceabilityProposal, reach: number): CounterProposal {
  const { ban, approachMeters, reportIntervalSeconds } = candidate
  return {
    radiusMeters: ban.kind === 'circle' ? reach : null,
    separationMeters: ban.kind === 'proximity' ? reach : null,
    inscribedRadiusMeters: ban.kind === 'polygon' ? reach : null,
    approachMeters,
    reportIntervalSeconds,
  }
}

function findReach(
  proposal: EnforceabilityProposal,
  reachMeters: number,
  red: readonly string[],
  limits: Limits,
): number {
  let reach = reachMeters
  if (red.includes('E2')) reach = Math.max(reach, limits.workableReachMetersMin)
  if (red.includes('E3')) {
    const { neededSeconds } = neededTime(proposal, limits)
    const modes = proposal.travelModes ?? ['walk', 'bicycle']
    const slow = modes.filter((mode) => mode !== 'car')
    const speeds = (slow.length > 0 ? slow : modes).map((mode) =>
      speedMetersPerSecond(mode, limits),
    )
    const fastest = maxOf(speeds)
    reach = Math.max(reach, neededSeconds * fastest)
  }
  if (red.includes('E5') && !red.includes('E2') && !red.includes('E3')) {
    reach = Math.min(reach, findClearReach(proposal, limits))
    return Math.floor(reach / stepMeters) * stepMeters
  }
  return roundUp(reach)
}

/** The largest circle that leaves every fixed address outside its approach band. */
function findClearReach(
  { ban, approachMeters, offenderFixedAddresses }: EnforceabilityProposal,
  { addressMarginMeters }: Limits,
): number {
  if (ban.kind !== 'circle') return Infinity
  const gaps = (offenderFixedAddresses ?? []).map((address) =>
    distanceMeters(ban.longitude, ban.latitude, address.longitude, address.latitude),
  )
  return Math.max(0, minOf(gaps) - approachMeters - addressMarginMeters)
}

function findInterval(
  proposal: EnforceabilityProposal,
  reach: number,
  red: readonly string[],
  limits: Limits,
): number | null {
  if (!red.includes('E4') || proposal.reportIntervalSeconds === null) return null
  const perSecondMeters = sampledDiameterMeters(1, limits)
  const fitting = Math.floor((2 * reach) / perSecondMeters)
  return Math.min(
    proposal.reportIntervalSeconds,
    Math.max(fitting, limits.reportIntervalSecondsMin),
  )
}

/**
 * Wide enough that the victim of somebody who comes by car can be told before the edge is reached,
 * if not more.
 */
function findApproach(proposal: EnforceabilityProposal, reach: number, limits: Limits): number {
  const { warnSeconds } = neededTime(proposal, limits)
  const outerMeters = warnSeconds * speedMetersPerSecond('car', limits)
  return Math.max(proposal.approachMeters, roundUp(Math.max(0, outerMeters - reach)))
}

function resize(ban: ProposedBan, reach: number): ProposedBan {
  switch (ban.kind) {
    case 'circle':
      return { ...ban, radiusMeters: reach }
    case 'proximity':
      return { ...ban, separationMeters: reach }
    case 'polygon':
      return ban
  }
}

function explain(codes: readonly string[]): string {
  return codes.map((code) => explanations[code] ?? `${code} is red.`).join(' ')
}

function roundUp(meters: number): number {
  // The slack keeps 5100.000000001, a rounding of the arithmetic, from becoming 5110.
  return Math.ceil(meters / stepMeters - 1e-6) * stepMeters
}
