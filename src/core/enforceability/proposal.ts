import type { PredictedLoad } from './load-check.ts'
import type { Reception } from './reception-check.ts'
import type { TravelMode } from '../model/limits.ts'
import type {
  LegalBasis,
  MultiPolygonGeometry,
  PolygonGeometry,
  Weekday,
} from '../model/registry.ts'

/**
 * A ban somebody wants to ask for, and what is known of the people and the place. Null is not
 * known.
 */
export type EnforceabilityProposal = {
  readonly ban: ProposedBan
  /**
   * The approach band outside the ban, or the outer ring of a proximity ban counted from its
   * separation.
   */
  readonly approachMeters: number
  readonly reportIntervalSeconds: number | null
  /** Time in which the local police arrive at 85 of 100 urgent calls. */
  readonly policeResponseSeconds: number | null
  readonly travelModes: readonly TravelMode[] | null
  readonly legalBasis: LegalBasis | null
  readonly validFromMs: number | null
  readonly validUntilMs: number | null
  /** Whom the text of the measure puts it under. */
  readonly supervisingBody: string | null
  /** The text itself names electronic monitoring. */
  readonly isMonitoringNamed: boolean | null
  /** When in the week an area holds, and what is excepted; null: not known. */
  readonly schedule: ProposedSchedule | null
  readonly victimCount: number | null
  readonly victimConsents: boolean | null
  readonly victimAddressSecret: boolean | null
  /** From the middle of the area to the secret address; only the distance is needed. */
  readonly distanceFromSecretAddressMeters: number | null
  /** Where the protected people live and are most: a question that holds one is a secret itself. */
  readonly victimAddresses: readonly VictimAddress[] | null
  /**
   * Home, work, treatment: where the offender has to be. An empty list says that there are none.
   */
  readonly offenderFixedAddresses: readonly FixedAddress[] | null
  readonly hasFixedAddress: boolean | null
  readonly canCharge: boolean | null
  readonly sashCompleted: boolean | null
  readonly hasDeskAroundTheClock: boolean | null
  readonly isPoliceUnitNamed: boolean | null
  /** Of a simulated life beside the ban; null: nobody simulated one. */
  readonly predictedLoad: PredictedLoad | null
  /** Of his own stored positions about the ban; null: nobody counted them. */
  readonly reception: Reception | null
}

export type ProposedBan =
  | {
      readonly kind: 'circle'
      readonly longitude: number
      readonly latitude: number
      readonly radiusMeters: number
    }
  | { readonly kind: 'polygon'; readonly geometry: PolygonGeometry | MultiPolygonGeometry }
  | { readonly kind: 'proximity'; readonly separationMeters: number }

type FixedAddress = {
  readonly label: string
  readonly longitude: number
  readonly latitude: number
}

export type VictimAddress = FixedAddress & {
  /** The offender may not learn it. */
  readonly isSecret: boolean
}

/** When a ban is to be in force, as far as its text says it. */
export type ProposedSchedule = {
  /** Null: around the clock. */
  readonly weekly: readonly ProposedWindow[] | null
  readonly exceptions: readonly ProposedException[]
}

export type ProposedWindow = {
  readonly days: readonly Weekday[] | null
  readonly from: string | null
  readonly until: string | null
}

export type ProposedException = {
  readonly fromMs: number | null
  readonly untilMs: number | null
  readonly reason: string | null
}

/** What is not known unless it is said: the emptiest proposal of a ban. */
export const nothingKnown = {
  reportIntervalSeconds: null,
  policeResponseSeconds: null,
  travelModes: null,
  legalBasis: null,
  validFromMs: null,
  validUntilMs: null,
  supervisingBody: null,
  isMonitoringNamed: null,
  schedule: null,
  victimCount: null,
  victimConsents: null,
  victimAddressSecret: null,
  distanceFromSecretAddressMeters: null,
  victimAddresses: null,
  offenderFixedAddresses: null,
  hasFixedAddress: null,
  canCharge: null,
  sashCompleted: null,
  hasDeskAroundTheClock: null,
  isPoliceUnitNamed: null,
  predictedLoad: null,
  reception: null,
} as const satisfies Omit<EnforceabilityProposal, 'ban' | 'approachMeters'>
