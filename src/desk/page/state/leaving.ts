import { isQuestionBegun } from '../assess/draft.ts'
import { isAnythingTyped } from './drafts.ts'
import { outbox } from './outbox.ts'

/** Warns before the page is left with something that was typed or done and not sent. */
export function warnOfUnsent(): () => void {
  const warn = (event: BeforeUnloadEvent): void => {
    const isUnsent = outbox.value.some((one) => one.state === 'unsent')
    if (isUnsent || isAnythingTyped() || isQuestionBegun()) event.preventDefault()
  }
  addEventListener('beforeunload', warn)
  return () => removeEventListener('beforeunload', warn)
}
