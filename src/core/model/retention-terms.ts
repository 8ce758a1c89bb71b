import table from './retention-terms.json' with { type: 'json' }

/** What something is kept for. Each purpose has a term of its own. */
export const retentionPurposes = ['monitoring', 'evidence', 'statistics', 'audit'] as const
export type RetentionPurpose = (typeof retentionPurposes)[number]

/** For whom a case is held: whoever may still ask for what would be erased. */
export const holdAuthorities = [
  'court',
  'prosecutor',
  'defence',
  'inspection',
  'data-subject',
] as const
export type HoldAuthority = (typeof holdAuthorities)[number]

export type RetentionTerms = {
  readonly version: number
  readonly asOf: string
  /** Nothing is erased so soon after a hold: whoever ended it by mistake can hold it again. */
  readonly graceDays: number
  readonly holdDaysMax: number
  readonly purposes: Readonly<Record<RetentionPurpose, RetentionTerm>>
  /** What belongs to no case. */
  readonly unused: RetentionTerm
}

export type RetentionTerm = {
  /** Null: it does not end by itself. */
  readonly days: number | null
  readonly from: string
  readonly confidence: string
  readonly source: string
}

/** A lawyer changes a row in `retention-terms.json` and raises its version. */
export const retentionTerms: RetentionTerms = table
