import type { BanShape } from '../../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { Limits } from '../model/limits.ts'
import type { CheckBase, EnforceabilityCheck } from './check-result.ts'
import { decimal, judged, unknown } from './check-result.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { compileBan } from './reach.ts'
import { tellReachNl } from './tell-dutch.ts'
import { speedMetersPerSecond } from './warning-time.ts'

export function checkSize(
  { ban, victimAddresses }: EnforceabilityProposal,
  reachMeters: number,
  limits: Limits,
): EnforceabilityCheck {
  const minMeters = limits.separationMetersAdvisedMin
  const isPlaced = ban.kind === 'proximity' || (victimAddresses ?? []).length > 0
  const base = {
    code: 'E2',
    value: Math.round(reachMeters),
    threshold: limits.workableReachMetersMin,
    unit: 'meters',
  } as const
  const shown = `${base.value} m`
  const shownNl = tellReachNl(reachMeters)
  if (reachMeters === 0 && isPlaced) return judged(base, 'red', 'judgement', outside.en, outside.nl)
  if (!(reachMeters >= minMeters)) {
    return judged(
      base,
      'red',
      'source',
      `${shown} from the edge to the person is less than the ${minMeters} m below which police cannot be in time.`,
      `${shownNl} van de rand tot de persoon is minder dan de ${minMeters} m waaronder de politie niet op tijd kan zijn.`,
    )
  }
  if (!isPlaced) {
    return unknown(
      base,
      'source',
      `Where in the ban the protected person is, is not known: at the best spot it is ${shown} from the edge.`,
      `Waar in het gebied de beschermde persoon is, is niet bekend: op de beste plek is het ${shownNl} van de rand.`,
    )
  }
  const isWorkable = reachMeters >= limits.workableReachMetersMin
  const [what, whatNl] = isWorkable
    ? ['workable', 'werkbaar']
    : ['enough to warn, seldom to intercept', 'genoeg om te waarschuwen, zelden om in te grijpen']
  return judged(
    base,
    isWorkable ? 'green' : 'amber',
    'source',
    `${shown} from the edge to the person is ${what}.`,
    `${shownNl} van de rand tot de persoon is ${whatNl}.`,
  )
}

const outside = {
  en: 'A protected address lies outside the ban, which protects it for no second.',
  nl: 'Een beschermd adres ligt buiten het verboden gebied, dat het dus geen seconde beschermt.',
} as const

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
      'Hoe vaak de enkelband zijn positie meldt, is niet bekend.',
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
      `Wie met 50 km/u recht door het gebied rijdt, is te zien in ${decimal(value)} posities.`,
    )
  }
  return fixes >= 1
    ? judged(
        shown,
        'amber',
        'judgement',
        `A straight crossing by car at 50 km/h shows in only ${value} fixes.`,
        `Wie met 50 km/u recht door het gebied rijdt, is te zien in maar ${decimal(value)} posities.`,
      )
    : judged(
        shown,
        'red',
        'judgement',
        'A car at 50 km/h can cross the ban between two fixes.',
        'Een auto kan met 50 km/u tussen twee posities door het gebied rijden.',
      )
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
      'Waar de verdachte of veroordeelde woont en werkt, is niet bekend.',
    )
  }
  if (shape === null) {
    return unknown(
      { ...base, value: null },
      'source',
      'A distance between two people has no fixed place: compare the addresses of both by hand.',
      'Een afstand tussen twee mensen heeft geen vaste plaats: vergelijk zelf de adressen van beiden.',
    )
  }
  const nearest = findNearest(shape, addresses)
  if (nearest === null) {
    return judged(
      { ...base, value: null },
      'green',
      'source',
      'The offender has no fixed address to collide with.',
      'Er is geen vast adres dat met het verbod botst.',
    )
  }
  return judgeGap({ ...base, value: Math.round(nearest.gapMeters) }, nearest, greenMeters)
}

function judgeGap(
  shown: CheckBase,
  nearest: { readonly label: string; readonly gapMeters: number },
  greenMeters: number,
): EnforceabilityCheck {
  const name = `The offender's address "${nearest.label}"`
  const nameNl = `Het adres "${nearest.label}" van de verdachte of veroordeelde`
  if (!(nearest.gapMeters > 0)) {
    return judged(
      shown,
      'red',
      'source',
      `${name} lies inside the ban: it would be broken all the time.`,
      `${nameNl} ligt in het verboden gebied: het verbod zou voortdurend worden overtreden.`,
    )
  }
  return nearest.gapMeters < greenMeters
    ? judged(
        shown,
        'amber',
        'source',
        `${name} lies in or at the approach band: it would be approached all the time.`,
        `${nameNl} ligt in of aan de rand van de waarschuwingszone: er zou voortdurend een nadering zijn.`,
      )
    : judged(
        shown,
        'green',
        'source',
        `${name} lies clear of the ban and its approach band.`,
        `${nameNl} ligt vrij van het verboden gebied en de waarschuwingszone.`,
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
