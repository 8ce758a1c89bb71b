import { useRef } from 'preact/hooks'
import { listChoices, type Choice, type Colleague } from '../state/colleagues.ts'
import { people } from '../state/desk.ts'
import { me } from '../state/session.ts'

/** Whom it can be given to; the order holds for as long as what uses it is on the page. */
export function useColleagues(
  colleagues: readonly Colleague[],
  withMe: 'with-me' | 'without-me',
): readonly Choice[] {
  const shown = useRef<readonly Colleague[]>([])
  const myId = withMe === 'with-me' ? null : (me.value?.id ?? null)
  const choices = listChoices({ colleagues, people: people.value, myId, shown: shown.current })
  shown.current = choices
  return choices
}
