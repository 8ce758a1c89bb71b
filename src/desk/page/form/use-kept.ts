import { useState } from 'preact/hooks'
import { findDraft, keepDraft } from '../state/drafts.ts'

/** What somebody makes beside the inputs of a form, such as steps: kept as what is typed is. */
export function useKept<T>(key: string, begin: () => T): Kept<T> {
  const [isUnfinished, setUnfinished] = useState(() => findDraft(key) !== null)
  const [value, setValue] = useState<T>(() => (findDraft(key) as T | null) ?? begin())
  return {
    value,
    isUnfinished,
    set: (next) => {
      setValue(next)
      keepDraft(key, next)
    },
    forget: () => {
      setUnfinished(false)
      keepDraft(key, null)
    },
    throwAway: () => {
      setValue(begin())
      setUnfinished(false)
      keepDraft(key, null)
    },
  }
}

export type Kept<T> = {
  readonly value: T
  /** It was made before, and is here again. */
  readonly isUnfinished: boolean
  readonly set: (next: T) => void
  /** It was sent: what is shown stays. */
  readonly forget: () => void
  readonly throwAway: () => void
}
