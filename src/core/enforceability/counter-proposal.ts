import { distanceMeters } from '../../../geo/distance.ts'
import type { Limits } from '../model/limits.ts'
import { checkSampling, sampledDiameterMeters } from './area-checks.ts'
import type { EnforceabilityCheck } from './check-result.ts'
import { runChecks, type Measured } from './checks.ts'
import { explain, tellAssumed, type Reason } from './explain-red.ts'
import type { Ground } from './ground.ts'
import { checkWarningTime } from './time-check.ts'
import type { EnforceabilityProposal, ProposedBan } from './proposal.ts'
import { judgeTravelModes, neededTime, speedMetersPerSecond } from './warning-time.ts'
import { maxOf, minOf } from '../model/lists.ts'

/**
 * The least that turns every red check green, or the reason why no size of ban can. A proposal that
 * would make another check red is not made.
 */
export function proposeCounter(
  proposal: EnforceabilityProposal,
  { reachMeters, ground }: Measured,
  checks: readonly EnforceabilityCheck[],
  limits: Limits,
): Counter {
  const red = listRed(checks)
  if (red.length === 0) return noCounter({ en: 'No check is red.', nl: 'Geen punt is rood.' })
  const beyondSize = red.filter((code) => !sizeCodes.has(code))
  if (beyondSize.length === red.length) {
    const { en, nl } = explain(beyondSize)
    return noCounter({
      en: `${en} No other size of ban changes that.`,
      nl: `${nl} Een andere grootte verandert dat niet.`,
    })
  }
  if (proposal.ban.kind === 'polygon' && red.includes('E5')) {
    return noCounter({
      en: 'An address of the offender lies inside the area: draw it around that address, or ask for another measure.',
      nl: 'Een adres van de verdachte of veroordeelde ligt in het gebied: teken het om dat adres heen, of vraag een andere maatregel.',
    })
  }
  const whole = tryCounter(proposal, { reachMeters, ground }, red, limits)
  const lesser = red.filter((code) => code !== 'E3')
  const isMoreAsked = lesser.some((code) => sizeCodes.has(code))
  if (whole.counterProposal !== null || lesser.length === red.length || !isMoreAsked) return whole
  // No ban gives the police the time: then one that does all else, and warns.
  const warning = tryCounter(proposal, { reachMeters, ground }, lesser, limits)
  return warning.counterProposal === null ? whole : warning
}

/** The least that turns these checks green and no other red, or why there is none. */
function tryCounter(
  proposal: EnforceabilityProposal,
  { reachMeters, ground }: Pick<Measured, 'reachMeters' | 'ground'>,
  red: readonly string[],
  limits: Limits,
): Counter {
  const isGivenUp = (code: string) => !sizeCodes.has(code) || (code === 'E3' && !red.includes('E3'))
  const reach = findReach(proposal, { reachMeters, ground }, red, limits)
  const reportIntervalSeconds =
    findInterval(proposal, reach, red, limits) ?? proposal.reportIntervalSeconds
  const candidate: EnforceabilityProposal = {
    ...proposal,
    reportIntervalSeconds,
    ban: resize(proposal.ban, hide(proposal, reach + besideMeters(proposal), limits)),
    approachMeters: findApproach({ ...proposal, reportIntervalSeconds }, reach, limits),
  }
  const before = new Set(red)
  const still = listStillRed(candidate, reach, ground, limits)
  const left = still.filter((code) => !isGivenUp(code) || (code !== 'E3' && !before.has(code)))
  if (left.length > 0) {
    const { en, nl } = explain(left)
    return noCounter({
      en: `A ban of ${reach} m would be needed, and then: ${en} Ask for another measure.`,
      nl: `Een verbod van ${reach} m zou nodig zijn, en dan: ${nl} Vraag een andere maatregel.`,
    })
  }
  const remaining = still.filter(isGivenUp)
  const reasons = [
    ...(remaining.length > 0 ? [explain(remaining)] : []),
    ...tellAssumed(proposal, red.includes('E3'), limits),
  ]
  return {
    counterProposal: describeCounter(candidate, reach),
    reason:
      reasons.length === 0
        ? null
        : {
            en: reasons.map(({ en }) => en).join(' '),
            nl: reasons.map(({ nl }) => nl).join(' '),
          },
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
  readonly reason: Reason | null
}

const sizeCodes: ReadonlySet<string> = new Set(['E2', 'E3', 'E4', 'E5'])

/** Proposals are rounded up to what a person would write down. */
const stepMeters = 10

function noCounter(reason: Reason): Counter {
  return { counterProposal: null, reason }
}

function listRed(checks: readonly EnforceabilityCheck[]): string[] {
  return checks.filter((check) => check.result === 'red').map((check) => check.code)
}

/** What another size would leave red, or make so. Where an area is drawn is not ours to change. */
function listStillRed(
  candidate: EnforceabilityProposal,
  reach: number,
  ground: Ground,
  limits: Limits,
): string[] {
  const modes = judgeTravelModes(candidate, reach, limits, ground.askByRoad)
  const red = listRed(runChecks(candidate, { reachMeters: reach, modes, ground }, limits))
  if (candidate.ban.kind !== 'polygon') return red
  // Nor are its fixes counted across what is drawn now, but across what would have to be drawn.
  const isCrossed = checkSampling(candidate, reach, limits).result === 'red'
  return red.filter((code) => code !== 'E5' && (code !== 'E4' || isCrossed))
}

function describeCounter(candidate: EnforceabilityProposal, reach: number): CounterProposal {
  const { ban, approachMeters, reportIntervalSeconds } = candidate
  return {
    radiusMeters: ban.kind === 'circle' ? ban.radiusMeters : null,
    separationMeters: ban.kind === 'proximity' ? reach : null,
    inscribedRadiusMeters: ban.kind === 'polygon' ? reach : null,
    approachMeters,
    reportIntervalSeconds,
  }
}

function findReach(
  proposal: EnforceabilityProposal,
  { reachMeters, ground }: Pick<Measured, 'reachMeters' | 'ground'>,
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
    reach = Math.max(reach, neededSeconds * fastest, widenByRoad(proposal, reach, ground, limits))
  }
  if (red.includes('E5') && !red.includes('E2') && !red.includes('E3')) {
    reach = Math.min(reach, findClearReach(proposal, limits))
    return Math.floor(reach / stepMeters) * stepMeters
  }
  return roundUp(reach)
}

/**
 * The least radius from which the roads leave the time to those who do not drive; 0 without a map.
 */
function widenByRoad(
  proposal: EnforceabilityProposal,
  fromMeters: number,
  ground: Ground,
  limits: Limits,
): number {
  const askByRoad = ground.askByRoad
  if (askByRoad === null || proposal.ban.kind !== 'circle' || fromMeters > widestMeters) return 0
  const { ban } = proposal
  const isRed = (meters: number): boolean => {
    const radiusMeters = meters + besideMeters(proposal)
    const candidate = { ...proposal, ban: { ...ban, radiusMeters } }
    const modes = judgeTravelModes(candidate, meters, limits, askByRoad)
    return checkWarningTime(candidate, modes, limits).result === 'red'
  }
  let [low, high] = [fromMeters, Math.max(fromMeters, stepMeters)]
  while (isRed(high)) {
    low = high
    high *= 2
    if (high > widestMeters) return 0
  }
  while (high - low > stepMeters) {
    const middle = (low + high) / 2
    if (isRed(middle)) low = middle
    else high = middle
  }
  return roundUp(high)
}

/** Wider than a province; no court draws it. */
const widestMeters = 50_000

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

/** A circle is as much wider as the address it protects lies beside its middle. */
function besideMeters({ ban, victimAddresses }: EnforceabilityProposal): number {
  if (ban.kind !== 'circle' || victimAddresses === null) return 0
  const gaps = victimAddresses.map(({ longitude, latitude }) =>
    distanceMeters(ban.longitude, ban.latitude, longitude, latitude),
  )
  return gaps.length === 0 ? 0 : roundUp(maxOf(gaps))
}

/**
 * Up to a step that hides her: to ten metres a radius would tell how far a secret door lies from
 * the middle, since the rest of it is known to whoever reads the order.
 */
function hide(
  { ban, victimAddresses }: EnforceabilityProposal,
  meters: number,
  { hiddenRadiusStepMeters }: Limits,
): number {
  const isSecret = victimAddresses?.some((address) => address.isSecret) === true
  if (ban.kind !== 'circle' || !isSecret) return meters
  return Math.ceil(meters / hiddenRadiusStepMeters) * hiddenRadiusStepMeters
}

function roundUp(meters: number): number {
  // The slack keeps 5100.000000001, a rounding of the arithmetic, from becoming 5110.
  return Math.ceil(meters / stepMeters - 1e-6) * stepMeters
}
