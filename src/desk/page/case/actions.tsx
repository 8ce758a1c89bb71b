import { useEffect, useRef, useState } from 'preact/hooks'
import { Said } from '../net/said.tsx'
import { acknowledgeAlert, type Alert, type Incident, type Outcome } from '../net/api.ts'
import { responseWords } from '../protocol/response-words.ts'
import { secondDeskPhone } from '../protocol/second-desk.ts'
import { markSent, noteKey } from '../state/drafts.ts'
import { referenceOf } from '../state/incidents.ts'
import { sendAsTyper } from '../state/session.ts'
import { fill, words } from '../words/words.ts'
import { CloseForm } from './close-form.tsx'

/**
 * What somebody may do. Nothing looks done before the server says so: until then it says that it
 * is being sent, and when it could not be, that others are still being called.
 */
export function Actions({ alert, incident, hasKeys }: ActionsProps) {
  const [state, setState] = useState<ActionState>({ kind: 'idle' })
  const [isClosing, setClosing] = useState(false)
  const closeButton = useRef<HTMLButtonElement>(null)
  const isSending = useRef(false)
  const forget = (kind: ActionState['kind']): void =>
    setState((before) => (before.kind === kind ? { kind: 'idle' } : before))
  // What was said of an answer does not hold for the alert that is open again.
  useEffect(() => forget('done'), [alert.status, alert.toldAt])
  // Only the answer was lost: the alert is taken or closed as it was asked.
  useEffect(() => forget('unsent'), [alert.status])
  const act = (work: () => Promise<Outcome<unknown>>, then: Then): void => {
    // A second click on the same button is no second act.
    if (isSending.current) return
    isSending.current = true
    setState({ kind: 'sending' })
    // Nobody's act but of who sits here by what the page says.
    void sendAsTyper(work).then((outcome) => {
      isSending.current = false
      const isSecond = outcome.kind === 'refused' && outcome.code === 'conflict'
      setState(isSecond && then.onConflict !== undefined ? then.onConflict : stateOf(outcome))
      if (outcome.kind === 'done') then.onDone?.()
    })
  }
  const take = (): void =>
    act(() => acknowledgeAlert(alert.id, {}), { onConflict: { kind: 'taken' } })
  const close = (work: () => Promise<Outcome<unknown>>): void => {
    const forget = markSent(noteKey(alert.id))
    act(work, {
      onDone: () => {
        forget()
        setClosing(false)
      },
    })
  }
  const cancel = (): void => {
    setClosing(false)
    closeButton.current?.focus()
  }
  return (
    <div class="actions">
      {alert.status === 'open' ? (
        <button type="button" aria-keyshortcuts={hasKeys ? 'a' : undefined} onClick={take}>
          {words().take}
        </button>
      ) : null}
      {alert.status === 'closed' ? null : (
        <button
          ref={closeButton}
          type="button"
          class="quiet"
          onClick={() => (isClosing ? cancel() : setClosing(true))}
          aria-expanded={isClosing}
          aria-keyshortcuts={hasKeys ? 'c' : undefined}
        >
          {words().close}
        </button>
      )}
      <p class={`action ${state.kind}`} role="status">
        <Said text={sentenceOf(state, hasKeys ? incident.acknowledgedByName : null)} />
      </p>
      {isClosing ? (
        <CloseForm
          alert={alert}
          about={{ alertId: alert.id, reference: referenceOf(incident) }}
          act={close}
          cancel={cancel}
        />
      ) : null}
    </div>
  )
}

export type ActionsProps = {
  readonly alert: Alert
  readonly incident: Incident
  /** The alert that the keys act on. */
  readonly hasKeys: boolean
}

type Then = { readonly onConflict?: ActionState; readonly onDone?: () => void }

type ActionState =
  | { readonly kind: 'idle' | 'sending' | 'done' | 'unsent' | 'taken' }
  | { readonly kind: 'refused'; readonly detail: string }

function stateOf(outcome: Outcome<unknown>): ActionState {
  // Asked for and not done: a row that looks closed would hide an open alert.
  if (outcome.kind === 'done' && outcome.status === 202)
    return { kind: 'refused', detail: words().askedSecond }
  if (outcome.kind === 'done') return { kind: 'done' }
  if (outcome.kind === 'unsent') return { kind: 'unsent' }
  return {
    kind: 'refused',
    detail: outcome.kind === 'refused' ? outcome.detail : words().signedOutNote,
  }
}

function sentenceOf(state: ActionState, takenBy: string | null): string {
  switch (state.kind) {
    case 'idle':
      return ''
    case 'sending':
      return words().sending
    case 'done':
      return words().done
    case 'unsent':
      return fill(responseWords().callYourself, { phone: secondDeskPhone() })
    case 'taken':
      return fill(words().takenBefore, { name: takenBy ?? words().somebodyElse })
    case 'refused':
      return fill(words().refused, { detail: state.detail })
  }
}
