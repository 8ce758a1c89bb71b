import assert from 'node:assert/strict'

/**
 * Where seeded runs begin: `HOEDE_PROPERTY_SEED` where it is given, so that a run that failed can
 * be repeated, and the test's own seed otherwise.
 */
export function seedOr(own: number): number {
  return readCount('HOEDE_PROPERTY_SEED', own)
}

/**
 * How many seeds one after the other: `HOEDE_PROPERTY_RUNS`, or as many as the test usually takes.
 * Fewer need not meet every case: what a whole run must have seen is asserted of a whole run only.
 */
export function runsOr(usual: number): number {
  return readCount('HOEDE_PROPERTY_RUNS', usual)
}

/** What is rare is met by the seeds of the test, and need not be by those that follow another. */
export function isOwnSeed(): boolean {
  return (process.env['HOEDE_PROPERTY_SEED'] ?? '') === ''
}

/** A word that is no number would run no seed at all, and the test would look good. */
function readCount(variable: string, otherwise: number): number {
  const text = process.env[variable]
  if (text === undefined || text === '') return otherwise
  const value = Number(text)
  assert(Number.isSafeInteger(value), `${variable}: expected a whole number, got ${text}`)
  return value
}
