import { createContext, Fragment, type ComponentChildren } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import type { FieldFault, Outcome } from '../net/api.ts'
import { Said } from '../net/said.tsx'
import { fill, language, words } from '../words/words.ts'
import { address } from '../state/desk.ts'
import { markSent } from '../state/drafts.ts'
import { me, sendAsTyper } from '../state/session.ts'
import { faultInDutch } from './fault-words.ts'
import { formWords } from './form-words.ts'
import { useKeptInputs } from './kept-inputs.ts'
import { sendWithProof } from './step-up.tsx'

/**
 * A form that refuses what the API refuses, at the field: the browser checks nothing by itself, so
 * that there is one rule and one sentence. What is typed stays until the server has taken it.
 */
export function Form<T>(props: FormProps<T>) {
  const { label, submit, send, onDone, children, isGrave = false, keepAs, onThrowAway } = props
  const [state, setState] = useState<SendState>({ kind: 'idle' })
  const [round, setRound] = useState(0)
  const form = useRef<HTMLFormElement>(null)
  // Of one place and name, in whichever language it opened.
  const [draftKey] = useState(() => `form ${keepAs ?? `${address.peek()} ${label}`}`)
  const inputs = useKeptInputs(form, draftKey)
  const faults = state.kind === 'refused' ? state.faults : []
  useEffect(() => {
    if (state.kind === 'refused')
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [state])
  const onSubmit = (event: Event): void => {
    event.preventDefault()
    if (form.current === null || state.kind === 'sending') return
    setState({ kind: 'sending' })
    const values = new FormData(form.current)
    const typerId = me.peek()?.id ?? null
    const forget = markSent(draftKey)
    void sendWithProof(() => sendAsTyper(() => send(values), typerId), isGrave).then((outcome) => {
      setState(stateOf(outcome))
      if (outcome.kind !== 'done') return
      const isAll = forget()
      // Somebody else sits here by now, and what they have open is their own.
      if (me.peek()?.id !== typerId) return
      // What was taken is gone from the form; what was proposed, or typed since, stays to be read.
      if (isAll) {
        inputs.forget()
        if (outcome.status !== 202) setRound(round + 1)
      }
      onDone?.(outcome.body, outcome.status)
    })
  }
  return (
    <form
      class="form"
      ref={form}
      aria-label={label}
      noValidate
      data-draft={draftKey}
      onInput={inputs.keep}
      onChange={inputs.keep}
      onSubmit={onSubmit}
    >
      {inputs.isTypedAgain || props.isUnfinished === true ? (
        <p role="status">
          {formWords().typedBefore}{' '}
          <button
            type="button"
            class="quiet"
            onClick={() => {
              inputs.throwAway()
              onThrowAway?.()
            }}
          >
            {formWords().beginEmpty}
          </button>
        </p>
      ) : null}
      <Faulted faults={faults}>
        <Fragment key={round}>{children}</Fragment>
      </Faulted>
      <p class="send">
        <button type="submit" disabled={state.kind === 'sending'}>
          {submit}
        </button>
        <span class={`action ${state.kind}`} role="status">
          <Said text={sentenceOf(state)} />
        </span>
      </p>
    </form>
  )
}

/** Fields with what was said of them, whoever asked; what no field shows stands at their end. */
export function Faulted({ faults, children }: FaultedProps) {
  const claimed = new Set<string>()
  return (
    <FaultContext.Provider value={{ faults, claimed }}>
      {children}
      <Unclaimed />
    </FaultContext.Provider>
  )
}

type FaultedProps = {
  readonly faults: readonly FieldFault[]
  readonly children: ComponentChildren
}

export type FormProps<T> = {
  readonly label: string
  readonly submit: string
  readonly send: (values: FormData) => Promise<Outcome<T>>
  readonly onDone?: (body: T, status: number) => void
  readonly children?: ComponentChildren
  /** Asks for a proof of who is there where the server wants one. */
  readonly isGrave?: boolean
  /**
   * What is typed in it is kept by this, and comes back in it alone; left out: by the page that it
   * is on and its name, which is enough where there is one of it.
   */
  readonly keepAs?: string
  /** What was made beside its inputs is there again as well, and goes with them. */
  readonly isUnfinished?: boolean
  readonly onThrowAway?: () => void
}

type SendState =
  | { readonly kind: 'idle' | 'sending' | 'done' | 'proposed' | 'unsent' }
  | { readonly kind: 'refused'; readonly detail: string; readonly faults: readonly FieldFault[] }

function stateOf(outcome: Outcome<unknown>): SendState {
  switch (outcome.kind) {
    case 'done':
      return { kind: outcome.status === 202 ? 'proposed' : 'done' }
    case 'unsent':
      return { kind: 'unsent' }
    case 'signed-out':
      return { kind: 'refused', detail: words().signedOutNote, faults: [] }
    case 'refused':
      return { kind: 'refused', detail: outcome.detail, faults: outcome.faults }
  }
}

function sentenceOf(state: SendState): string {
  switch (state.kind) {
    case 'idle':
      return ''
    case 'sending':
      return words().sending
    case 'done':
      return words().done
    case 'proposed':
      return formWords().proposed
    case 'unsent':
      return formWords().unsent
    case 'refused':
      return state.faults.length === 0
        ? fill(words().refused, { detail: state.detail })
        : formWords().faultsBelow
  }
}

const FaultContext = createContext<{
  readonly faults: readonly FieldFault[]
  /** Pointers of the fields that were drawn: what no field shows is shown at the end. */
  readonly claimed: Set<string>
}>({ faults: [], claimed: new Set() })

/** The faults of one field, and of what lies below it. */
export function useFaults(at: string): readonly FieldFault[] {
  const { faults, claimed } = useContext(FaultContext)
  claimed.add(at)
  return faults.filter(({ pointer }) => isAt(pointer, at))
}

function isAt(pointer: string | undefined, at: string): boolean {
  return pointer !== undefined && (pointer === at || pointer.startsWith(`${at}/`))
}

function Unclaimed() {
  const { faults, claimed } = useContext(FaultContext)
  const rest = faults.filter(({ pointer }) => ![...claimed].some((at) => isAt(pointer, at)))
  if (rest.length === 0) return null
  return (
    <ul class="fault">
      {rest.map((fault) => (
        <li key={`${fault.pointer} ${fault.code}`}>
          {fault.pointer === undefined ? null : <code>{fault.pointer}</code>}{' '}
          <FaultText fault={fault} />
        </li>
      ))}
    </ul>
  )
}

/** In the language of the page; of a sentence that it does not know, the server's own behind it. */
export function FaultText({ fault }: { readonly fault: FieldFault }) {
  if (language.value === 'en') return <>{fault.detail}</>
  const { quote, text } = faultInDutch(fault)
  if (quote === '') return <>{text}</>
  return (
    <>
      {text} <span lang="en">({quote})</span>
    </>
  )
}
