/** Why an element of a request was not taken. The answer, the quarantine and the metrics use these words and no others. */
export const refusalCodes = [
  'invalid-type',
  'missing-field',
  'unknown-field',
  'out-of-range',
  'invalid-value',
  'invalid-time',
  'gps-week-rollover',
  'future',
  'too-old',
  'unknown-device',
  /** A phone app marked its own position as simulated by another app. */
  'simulated-position',
  /** The device itself said that it had no valid position. */
  'device-says-invalid',
  /** An encrypted payload, for which this server holds no key. */
  'encrypted',
  /** Not the shape this app is known to send. */
  'unreadable',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/** `detail` says what was expected and what kind of thing came; never a coordinate. */
export type RefusalReason = {
  /** Name of the field within the element; null for the element as a whole. */
  readonly field: string | null
  readonly code: RefusalCode
  readonly detail: string
}

/** An element that is not taken, with everything that is wrong with it and what came, for the quarantine. */
export type RefusedElement = {
  readonly index: number
  readonly reasons: readonly [RefusalReason, ...RefusalReason[]]
  readonly body: unknown
}

/** One sentence of all reasons. */
export function describeRefusal(refused: RefusedElement): string {
  return refused.reasons
    .map((reason) => (reason.field === null ? reason.detail : `${reason.field}: ${reason.detail}`))
    .join('; ')
}
