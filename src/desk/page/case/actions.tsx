import { useState } from 'preact/hooks'
import { acknowledgeAlert, type Alert, type Incident, type Outcome } from '../net/api.ts'
import { fill, words } from '../words/words.ts'
import { CloseForm } from './close-form.tsx'

/**
 * What somebody may do. Nothing looks done before the server says so: until then it says that it
 * is being sent, and when it could not be, that others are still being called.
 */
export function Actions({ alert }: { readonly alert: Alert; readonly incident: Incident }) {
  const [state, setState] = useState<ActionState>({ kind: 'idle' })
  const [isClosing, setClosing] = useState(false)
  const act = (work: () => Promise<Outcome<unknown>>): void => {
    setState({ kind: 'sending' })
    void work().then((outcome) => {
      setState(stateOf(outcome))
      if (outcome.kind === 'done') setClosing(false)
    })
  }
  return (
    <div class="actions">
      {alert.status === 'open' ? (
        <button type="button" onClick={() => act(() => acknowledgeAlert(alert.id, {}))}>
          {words().take}
        </button>
      ) : null}
      {alert.status === 'closed' ? null : (
        <button
          type="button"
          class="quiet"
          onClick={() => setClosing(!isClosing)}
          aria-expanded={isClosing}
        >
          {words().close}
        </button>
      )}
      <p class={`action ${state.kind}`} role="status">
        {sentenceOf(state)}
      </p>
      {isClosing ? <CloseForm alert={alert} act={act} cancel={() => setClosing(false)} /> : null}
    </div>
  )
}

type ActionState =
  | { readonly kind: 'idle' | 'sending' | 'done' | 'unsent' }
  | { readonly kind: 'refused'; readonly detail: string }

function stateOf(outcome: Outcome<unknown>): ActionState {
  if (outcome.kind === 'done') return { kind: 'done' }
  if (outcome.kind === 'unsent') return { kind: 'unsent' }
  return {
    kind: 'refused',
    detail: outcome.kind === 'refused' ? outcome.detail : words().signedOutNote,
  }
}

function sentenceOf(state: ActionState): string {
  switch (state.kind) {
    case 'idle':
      return ''
    case 'sending':
      return words().sending
    case 'done':
      return words().done
    case 'unsent':
      return fill(words().unsent, { phone: '112' })
    case 'refused':
      return fill(words().refused, { detail: state.detail })
  }
}
