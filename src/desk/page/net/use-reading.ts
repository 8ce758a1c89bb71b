import { useEffect, useState } from 'preact/hooks'
import { words } from '../words/words.ts'
import type { Outcome } from './api.ts'

/**
 * What is read by an id, and again when `since` changes. The old answer stays until the new one is
 * here; what could not be read is tried again until it is, and says so meanwhile.
 */
export function useReading<T>(
  id: string | null,
  read: (id: string) => Promise<Outcome<T>>,
  since = '',
): Reading<T> {
  const [reading, setReading] = useState<Reading<T>>({ body: null, fault: null })
  useEffect(() => {
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const tryOnce = async (place: number): Promise<void> => {
      if (id === null) return
      const outcome = await read(id)
      if (isOver) return
      if (outcome.kind === 'done') {
        setReading({ body: outcome.body, fault: null })
        return
      }
      setReading((before) => ({ ...before, fault: faultOf(outcome) }))
      if (isFinal(outcome)) return
      timer = setTimeout(() => void tryOnce(place + 1), waitMs(place))
    }
    void tryOnce(0)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [id, since])
  return reading
}

export type Reading<T> = { readonly body: T | null; readonly fault: string | null }

/** One second, two, four … a quarter of a minute at most. */
export function waitMs(place: number): number {
  return Math.min(15_000, 1_000 * 2 ** place)
}

/** What this caller may not read, or what is not there, is not asked for again. */
function isFinal(outcome: Outcome<unknown>): boolean {
  if (outcome.kind !== 'refused') return false
  return outcome.status < 500 && outcome.status !== 429
}

function faultOf(outcome: Exclude<Outcome<unknown>, { kind: 'done' }>): string {
  if (outcome.kind === 'refused') return outcome.detail
  return outcome.kind === 'unsent' ? words().connecting : words().signedOut
}
