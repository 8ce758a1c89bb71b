import type { EnforceabilityProposal } from '../../src/core/enforceability/proposal.ts'

/** What is not known unless it is said: the emptiest proposal of a ban. */
export const nothingKnown = {
  reportIntervalSeconds: null,
  policeResponseSeconds: null,
  travelModes: null,
  legalBasis: null,
  validFromMs: null,
  validUntilMs: null,
  victimCount: null,
  victimConsents: null,
  victimAddressSecret: null,
  distanceFromSecretAddressMeters: null,
  offenderFixedAddresses: null,
  hasFixedAddress: null,
  canCharge: null,
  sashCompleted: null,
  hasDeskAroundTheClock: null,
  isPoliceUnitNamed: null,
} as const satisfies Omit<EnforceabilityProposal, 'ban' | 'approachMeters'>
