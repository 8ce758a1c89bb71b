import { OperatingError } from '../../errors.ts'

/** Nothing is sealed any more with a key that was destroyed, or that somebody has touched. */
export class UnusableKey extends OperatingError {
  override readonly name = 'UnusableKey'
}

/** For whoever goes on without it. */
export function unlessUnusable(error: unknown): null {
  if (error instanceof UnusableKey) return null
  throw error
}

/** For whoever goes on without it where it was erased, and not where its key is out of reach. */
export function unlessDestroyed(error: unknown): null {
  if (error instanceof UnusableKey && error.code === 'conflict') return null
  throw error
}
