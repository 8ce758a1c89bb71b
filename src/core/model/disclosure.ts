/** At which table a case is looked at with others. */
export const disclosurePurposes = ['actieoverleg', 'zsm', 'zorg-en-veiligheidshuis'] as const
export type DisclosurePurpose = (typeof disclosurePurposes)[number]

/**
 * By what it may be shared there; orientation, and no advice. `wgs` is the law on data processing
 * by partnerships, `covenant` what the partners agreed.
 */
export const disclosureGrounds = ['wgs', 'covenant', 'consent', 'vital-interest'] as const
export type DisclosureGround = (typeof disclosureGrounds)[number]
