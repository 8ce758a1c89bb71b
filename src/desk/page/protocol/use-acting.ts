import { useRef, useState } from 'preact/hooks'
import type { ActAnswer, NewAct, Outcome } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { markSent } from '../state/drafts.ts'
import { act as sendOrKeep } from '../state/outbox.ts'
import { me } from '../state/session.ts'
import { formatClock } from '../words/times.ts'
import { fill, words } from '../words/words.ts'
import { keyOf, noteAnswer } from './act-key.ts'
import { outcomeOf, responseWords } from './response-words.ts'
import { secondDeskPhone } from './second-desk.ts'

/** Sends the acts of one panel, and says what became of the last one. */
export function useActing(alertId: string, reference: string, onDone: () => void): Acting {
  const [state, setState] = useState<ActingState>({ kind: 'idle' })
  const isSending = useRef(false)
  return {
    state,
    sentence: sentenceOf(state),
    act: (body, draftKey) => {
      // A second click on the same button is no second act.
      if (isSending.current) return
      isSending.current = true
      setState({ kind: 'sending' })
      const forget = draftKey === undefined ? null : markSent(draftKey)
      const what = JSON.stringify([me.value?.id, alertId, body])
      const key = keyOf(what, nowMs.value)
      void sendOrKeep(alertId, reference, { ...body, key }).then((outcome) => {
        isSending.current = false
        const isLost = outcome.kind === 'unsent' || outcome.kind === 'signed-out'
        const isKept = isLost && (body.kind === 'step' || body.kind === 'note')
        // One that is kept is sent again by itself, under its own key.
        noteAnswer(what, key, { lostAtMs: isLost ? nowMs.value : null, isKept })
        setState(stateOf(outcome, isKept))
        // Whoever types on meanwhile keeps the form: in a page without it their keys were acts.
        if ((outcome.kind === 'done' || isKept) && forget?.() !== false) onDone()
      })
    },
  }
}

export type Acting = {
  readonly state: ActingState
  readonly sentence: string
  /** What was typed for it goes once it is done, or kept to be sent. */
  readonly act: (body: ActWithoutKey, draftKey?: string) => void
}

export type ActingState =
  | { readonly kind: 'idle' | 'sending' | 'done' | 'unsent' | 'kept' }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'second'; readonly before: NonNullable<ActAnswer['before']> }

function stateOf(outcome: Outcome<ActAnswer>, isKept: boolean): ActingState {
  if (isKept) return { kind: 'kept' }
  switch (outcome.kind) {
    case 'done': {
      const { before } = outcome.body
      return before === null ? { kind: 'done' } : { kind: 'second', before }
    }
    case 'unsent':
      return { kind: 'unsent' }
    case 'signed-out':
      return { kind: 'refused', detail: words().signedOutNote }
    case 'refused':
      return { kind: 'refused', detail: outcome.detail }
  }
}

function sentenceOf(state: ActingState): string {
  switch (state.kind) {
    case 'idle':
      return ''
    case 'sending':
      return words().sending
    case 'done':
      return words().done
    case 'kept':
      return fill(responseWords().unsent, { time: formatClock(nowMs.value, nowMs.value) })
    case 'unsent':
      return fill(responseWords().callYourself, { phone: secondDeskPhone() })
    case 'refused':
      return fill(words().refused, { detail: state.detail })
    case 'second':
      return fill(responseWords().isSecond, {
        name: state.before.byName ?? '?',
        time: formatClock(Date.parse(state.before.doneAt ?? state.before.at), nowMs.value),
        outcome: outcomeOf(state.before.outcome) || state.before.kind,
      })
  }
}

type ActWithoutKey = NewAct extends infer One
  ? One extends NewAct
    ? Omit<One, 'key'>
    : never
  : never
