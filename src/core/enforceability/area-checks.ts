import type { BanShape } from '../../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { Limits } from '../model/limits.ts'
import type { EnforceabilityCheck } from './check-result.ts'
import { judged, unknown } from './check-result.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { compileBan } from './reach.ts'
import type { TravelModeJudgement } from './warning-time.ts'
import { neededTime, speedMetersPerSecond } from './warning-time.ts'

export function checkSize(reachMeters: number, limits: Limits): EnforceabilityCheck {
  const minMeters = limits.separationMetersAdvisedMin
  const base = {
    code: 'E2',
    value: Math.round(reachMeters),
    threshold: limits.workableReachMetersMin,
    unit: 'meters',
  } as const
  const shown = `${base.value} m`
  if (!(reachMeters >= minMeters)) {
    return judged(
      base,
      'red',
      'source',
      `${shown} from the edge to the person is less than the ${minMeters} m below which police cannot be in time.`,
    )
  }
  return reachMeters < limits.workableReachMetersMin
    ? judged(
        base,
        'amber',
        'source',
        `${shown} from the edge to the person is enough to warn, seldom to intercept.`,
      )
    : judged(base, 'green', 'source', `${shown} from the edge to the person is workable.`)
}

export function checkWarningTime(
  proposal: EnforceabilityProposal,
  modes: readonly TravelModeJudgement[],
  limits: Limits,
): EnforceabilityCheck {
  const { neededSeconds } = neededTime(proposal, limits)
  const slow = modes.filter(({ mode }) => mode !== 'car')
  const judgedModes = slow.length > 0 ? slow : modes
  const passing = modes.filter(({ canDo }) => canDo === 'intercept').map(({ mode }) => mode)
  const base = {
    code: 'E3',
    value: passing.length === 0 ? 'none' : passing.join(', '),
    threshold: neededSeconds,
    unit: 'seconds',
  } as const
  if (modes.length === 0) return unknown(base, 'judgement', 'No way of travelling was named.')
  if (judgedModes.every(({ canDo }) => canDo === 'intercept')) {
    return judged(
      base,
      'green',
      'judgement',
      `Police need ${neededSeconds} s; the ban gives that to those who come by ${base.value}.`,
    )
  }
  return passing.length > 0
    ? judged(
        base,
        'amber',
        'judgement',
        `Police need ${neededSeconds} s; the ban gives that only to those who come by ${base.value}.`,
      )
    : judged(base, 'red', 'judgement', `Police need ${neededSeconds} s${describeSlowest(modes)}.`)
}

/** How far from enough it is, so that whoever reads it can tell by how much to widen the ban. */
function describeSlowest(modes: readonly TravelModeJudgement[]): string {
  const [slowest] = modes.toSorted((one, other) => other.warningSeconds - one.warningSeconds)
  if (slowest === undefined) return ''
  return `; whoever comes slowest (${slowest.mode}) is there ${Math.round(slowest.warningSeconds)} s after crossing the edge`
}

export function checkSampling(
  { reportIntervalSeconds }: EnforceabilityProposal,
  reachMeters: number,
  limits: Limits,
): EnforceabilityCheck {
  const { fixesPerCrossingCountMin } = limits
  const base = {
    code: 'E4',
    threshold: fixesPerCrossingCountMin,
    unit: 'fixes per crossing',
  } as const
  if (reportIntervalSeconds === null) {
    return unknown(
      { ...base, value: null },
      'judgement',
      'How often the device reports is not known.',
    )
  }
  const stepMeters = crossingMetersPerSecond(limits) * reportIntervalSeconds
  const fixes = (2 * reachMeters) / stepMeters
  const value = Math.round(fixes * 10) / 10
  const shown = { ...base, value }
  if (fixes >= fixesPerCrossingCountMin) {
    return judged(
      shown,
      'green',
      'judgement',
      `A straight crossing by car at 50 km/h shows in ${value} fixes.`,
    )
  }
  return fixes >= 1
    ? judged(
        shown,
        'amber',
        'judgement',
        `A straight crossing by car at 50 km/h shows in only ${value} fixes.`,
      )
    : judged(shown, 'red', 'judgement', 'A car at 50 km/h can cross the ban between two fixes.')
}

export function checkAddresses(
  proposal: EnforceabilityProposal,
  limits: Limits,
): EnforceabilityCheck {
  const greenMeters = proposal.approachMeters + limits.addressMarginMeters
  const base = { code: 'E5', threshold: greenMeters, unit: 'meters' } as const
  const shape = compileBan(proposal.ban)
  const addresses = proposal.offenderFixedAddresses
  if (addresses === null) {
    return unknown(
      { ...base, value: null },
      'source',
      'Where the offender lives and works is not known.',
    )
  }
  if (shape === null) {
    return unknown(
      { ...base, value: null },
      'source',
      'A distance between two people has no fixed place: compare the addresses of both by hand.',
    )
  }
  const nearest = findNearest(shape, addresses)
  if (nearest === null) {
    return judged(
      { ...base, value: null },
      'green',
      'source',
      'The offender has no fixed address to collide with.',
    )
  }
  const shown = { ...base, value: Math.round(nearest.gapMeters) }
  const name = `The offender's address "${nearest.label}"`
  if (!(nearest.gapMeters > 0)) {
    return judged(
      shown,
      'red',
      'source',
      `${name} lies inside the ban: it would be broken all the time.`,
    )
  }
  return nearest.gapMeters < greenMeters
    ? judged(
        shown,
        'amber',
        'source',
        `${name} lies in or at the approach band: it would be approached all the time.`,
      )
    : judged(shown, 'green', 'source', `${name} lies clear of the ban and its approach band.`)
}

export function checkDisclosure(
  proposal: EnforceabilityProposal,
  { secretAddressMetersMin }: Limits,
): EnforceabilityCheck {
  const { ban, victimAddressSecret, distanceFromSecretAddressMeters: gapMeters } = proposal
  const base = {
    code: 'E9',
    value: gapMeters === null ? null : Math.round(gapMeters),
    threshold: secretAddressMetersMin,
    unit: 'meters',
  } as const
  if (ban.kind === 'proximity') {
    return judged(
      base,
      'green',
      'source',
      'A distance that moves with the victim draws no map of where the victim lives.',
    )
  }
  if (victimAddressSecret === false) {
    return judged(
      base,
      'green',
      'source',
      'The address of the victim is no secret from the offender.',
    )
  }
  if (victimAddressSecret === null || gapMeters === null) {
    return unknown(
      base,
      'judgement',
      'Whether the ban would give away a secret address is not known.',
    )
  }
  return gapMeters < secretAddressMetersMin
    ? judged(
        base,
        'red',
        'judgement',
        `The middle of the ban is less than ${secretAddressMetersMin} m from a secret address: whoever reads it can find the victim.`,
      )
    : judged(
        base,
        'green',
        'judgement',
        'The middle of the ban does not point to the secret address.',
      )
}

function findNearest(
  shape: BanShape,
  addresses: NonNullable<EnforceabilityProposal['offenderFixedAddresses']>,
): { label: string; gapMeters: number } | null {
  let nearest: { label: string; gapMeters: number } | null = null
  for (const { label, longitude, latitude } of addresses) {
    const gapMeters = signedDistanceMeters(shape, longitude, latitude)
    if (nearest === null || gapMeters < nearest.gapMeters) nearest = { label, gapMeters }
  }
  return nearest
}

/** A crossing of this many metres gives enough fixes at this interval. */
export function sampledDiameterMeters(reportIntervalSeconds: number, limits: Limits): number {
  return limits.fixesPerCrossingCountMin * crossingMetersPerSecond(limits) * reportIntervalSeconds
}

/** Middle of the fastest street traffic: the straight crossing that sampling must not miss. */
function crossingMetersPerSecond(limits: Limits): number {
  return speedMetersPerSecond('car', limits)
}
