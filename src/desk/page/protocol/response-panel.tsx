import { useRef, useState } from 'preact/hooks'
import { NotesWithoutForm } from '../case/typed-notes.tsx'
import type { Alert, AlertResponse, PlannedStep } from '../net/api.ts'
import { Said } from '../net/said.tsx'
import { nowMs, people } from '../state/desk.ts'
import type { About } from '../state/drafts.ts'
import { me } from '../state/session.ts'
import { formatClock, formatCountdown } from '../words/times.ts'
import { fill, language, words as pageWords } from '../words/words.ts'
import { HandOverMenu, EscalateMenu, NoteForm, ShelveForm, StepMenu } from './act-forms.tsx'
import { outcomeOf, protocolNameOf, responseWords } from './response-words.ts'
import { useActing, type Acting } from './use-acting.ts'
import { KeysSwitch, useKeys, type OpenForm } from './keys.tsx'

/** What to do about one alert: steps with their clocks, and every other act, by two keys. */
export function ResponsePanel({ alert, reference, response, hasKeys }: ResponsePanelProps) {
  const [asked, setOpen] = useState<OpenForm>(null)
  const acting = useActing(alert.id, reference, () => setOpen(null))
  const plan = response ?? nothingRead
  const steps = plan.steps.map(({ key }) => key)
  // The menu of a step that is none any more would hold every key, and show nothing.
  const isGone = asked?.startsWith('step ') === true && !steps.includes(asked.slice(5))
  const open = isGone ? null : asked
  const about = { alertId: alert.id, reference }
  const words = responseWords()
  const kindName = pageWords().kinds[alert.kind]
  const panel = useRef<HTMLDivElement>(null)
  const isActive = hasKeys && alert.status !== 'closed'
  useKeys({ isActive, panel, open, setOpen, steps })
  return (
    // No landmark: an incident may hold two alerts of one kind.
    <div ref={panel} class="response" role="group" aria-label={`${words.whatToDo}: ${kindName}`}>
      <h3>{words.whatToDo}</h3>
      <AlsoHere alert={alert} />
      <NotesWithoutForm alertId={alert.id} steps={steps} />
      <Offer response={plan} acting={acting} />
      <ol class="steps">
        {plan.steps.map((step, place) => (
          <Step
            key={step.key}
            about={about}
            step={step}
            place={place}
            isOpen={open === `step ${step.key}`}
            toggle={() => setOpen(open === `step ${step.key}` ? null : `step ${step.key}`)}
            acting={acting}
          />
        ))}
      </ol>
      {alert.status === 'closed' ? null : <Others open={open} setOpen={setOpen} />}
      {open === 'note' ? <NoteForm about={about} acting={acting} /> : null}
      {open === 'escalate' ? <EscalateMenu acting={acting} /> : null}
      {open === 'shelve' ? <ShelveForm about={about} acting={acting} /> : null}
      {open === 'hand-over' ? (
        <HandOverMenu response={plan} incidentId={alert.incidentId} acting={acting} />
      ) : null}
      <p class={`action ${acting.state.kind}`} role="status">
        <Said text={acting.sentence} />
      </p>
      <p class="fine">
        {response === null
          ? null
          : fill(words.protocol, {
              name: protocolNameOf(response.protocolName),
              version: response.protocolVersion,
            })}
        {hasKeys ? <KeysSwitch /> : null}
      </p>
    </div>
  )
}

export type ResponsePanelProps = {
  readonly alert: Alert
  readonly reference: string
  /** Null: it could not be read. What may wait is typed and kept all the same. */
  readonly response: AlertResponse | null
  /** The alert that the keys act on. */
  readonly hasKeys: boolean
}

const nothingRead: Pick<AlertResponse, 'steps' | 'offer' | 'colleagues'> = {
  steps: [],
  offer: null,
  colleagues: [],
}

/** Whoever else has this incident open: before two call the same person. */
function AlsoHere({ alert }: { readonly alert: Alert }) {
  const names = people.value
    .filter(({ id, incidentId }) => incidentId === alert.incidentId && id !== me.value?.id)
    .map(({ name }) => name)
  if (names.length === 0) return null
  return (
    <p class="also-here" role="status">
      {fill(responseWords().alsoHere, { names: names.join(', ') })}
    </p>
  )
}

function Offer({
  response,
  acting,
}: {
  readonly response: Pick<AlertResponse, 'offer'>
  readonly acting: Acting
}) {
  const { offer } = response
  if (offer === null) return null
  const names = { by: offer.byName ?? '?', to: offer.toName ?? '?' }
  if (offer.to !== me.value?.id) {
    const isHere = people.value.some(({ id }) => id === offer.to)
    return (
      <p class="offer">
        {fill(responseWords().offered, names)}
        {isHere ? null : <strong> {fill(responseWords().offeredAway, names)}</strong>}
      </p>
    )
  }
  return (
    <p class="offer">
      {fill(responseWords().offeredToYou, names)}{' '}
      <button type="button" onClick={() => acting.act({ kind: 'handed-over' })}>
        {responseWords().takeOffered}
      </button>
    </p>
  )
}

function Step({ about, step, place, isOpen, toggle, acting }: StepProps) {
  const words = responseWords()
  const text = step.text[language.value]
  return (
    <li class={`step ${step.state} ${step.isNext ? 'next' : ''}`}>
      <button type="button" class="quiet step-button" aria-expanded={isOpen} onClick={toggle}>
        <span class="step-number">{place + 1}</span>
        <span class="step-text">
          {text} <span class="who">({words.who[step.who]})</span>
        </span>
        <Standing step={step} />
      </button>
      {isOpen ? <StepMenu about={about} step={step} acting={acting} /> : null}
    </li>
  )
}

type StepProps = {
  readonly about: About
  readonly step: PlannedStep
  readonly place: number
  readonly isOpen: boolean
  readonly toggle: () => void
  readonly acting: Acting
}

/** Done by whom, not needed, or how long there is still: a word with every colour. */
function Standing({ step }: { readonly step: PlannedStep }) {
  const words = responseWords()
  if (step.state === 'not-needed') return <span class="standing">{words.notNeeded}</span>
  const { result } = step
  if (step.state === 'done' && result !== null) {
    const time = formatClock(Date.parse(result.doneAt ?? result.at), nowMs.value)
    const outcome = outcomeOf(result.outcome)
    return (
      <span class="standing good">
        {fill(words.stepDone, { outcome, name: result.byName ?? '?', time })}
      </span>
    )
  }
  const tries = step.tryCount === 0 ? null : fill(words.tries, { n: step.tryCount })
  return (
    <span class="standing">
      {step.isNext ? <strong class="next-mark">{words.next}</strong> : null} {tries}{' '}
      {step.dueAt === null ? null : <Clock dueMs={Date.parse(step.dueAt)} />}
    </span>
  )
}

function Clock({ dueMs }: { readonly dueMs: number }) {
  const leftMs = dueMs - nowMs.value
  const words = responseWords()
  return leftMs >= 0 ? (
    <span class="clock">{fill(words.left, { time: formatCountdown(leftMs) })}</span>
  ) : (
    <strong class="clock late">{fill(words.overdue, { time: formatCountdown(-leftMs) })}</strong>
  )
}

function Others({ open, setOpen }: OthersProps) {
  const words = responseWords()
  const forms = [
    ['note', words.note, 'n'],
    ['escalate', words.escalate, 'e'],
    ['hand-over', words.handOver, 'h'],
    ['shelve', words.shelve, 'p'],
  ] as const
  return (
    <p class="other-acts">
      {forms.map(([form, text, key]) => (
        <button
          key={form}
          type="button"
          class="quiet"
          aria-expanded={open === form}
          aria-keyshortcuts={key}
          onClick={() => setOpen(open === form ? null : form)}
        >
          {text}
        </button>
      ))}
    </p>
  )
}

type OthersProps = {
  readonly open: OpenForm
  readonly setOpen: (form: OpenForm) => void
}
