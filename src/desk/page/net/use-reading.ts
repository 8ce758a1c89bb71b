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
  const [reading, setReading] = useState<Reading<T>>({ body: null, fault: null, isFinal: false })
  useEffect(() => {
    if (id === null) return
    return readUntilDone(
      () => read(id),
      (outcome) =>
        setReading((before) =>
          outcome.kind === 'done'
            ? { body: outcome.body, fault: null, isFinal: false }
            : { ...before, fault: faultOf(outcome), isFinal: isFinal(outcome) },
        ),
    )
  }, [id, since])
  return reading
}

/** Asks until there is an answer that stays; each is told. What it returns stops it. */
export function readUntilDone<T>(
  read: () => Promise<Outcome<T>>,
  tell: (outcome: Outcome<T>) => void,
): () => void {
  let isOver = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const tryOnce = async (place: number): Promise<void> => {
    const outcome = await read()
    if (isOver) return
    tell(outcome)
    if (outcome.kind === 'done' || isFinal(outcome)) return
    timer = setTimeout(() => void tryOnce(place + 1), waitMs(place))
  }
  void tryOnce(0)
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

export type Reading<T> = {
  readonly body: T | null
  readonly fault: string | null
  /** It is not asked again: it is not there, or not for this caller. */
  readonly isFinal: boolean
}

/** One second, two, four … a quarter of a minute at most. */
export function waitMs(place: number): number {
  return Math.min(15_000, 1_000 * 2 ** place)
}

/** What this caller may not read, or what is not there, is not asked for again. */
function isFinal(outcome: Outcome<unknown>): boolean {
  if (outcome.kind !== 'refused') return false
  return outcome.status < 500 && outcome.status !== 429
}

export function faultOf(outcome: Exclude<Outcome<unknown>, { kind: 'done' }>): string {
  if (outcome.kind === 'refused') return outcome.detail
  return outcome.kind === 'unsent' ? words().connecting : words().signedOut
}
