import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { hasJustMoved } from '../case/steady-hand.ts'
import type { AlertResponse, PlannedStep } from '../net/api.ts'
import type { Choice } from '../state/colleagues.ts'
import { keepText, noteKey, stepNoteKey, textOfDraft, type About } from '../state/drafts.ts'
import { fill, language } from '../words/words.ts'
import { outcomeOf, responseWords } from './response-words.ts'
import type { Acting } from './use-acting.ts'
import { useColleagues } from './use-colleagues.ts'

/** One step: whom to call with which words, and what came of it. */
export function StepMenu({ about, step, acting }: StepMenuProps) {
  // It outlives the menu: somebody may look into another case meanwhile.
  const draftKey = stepNoteKey(about.alertId, step.key)
  const note = textOfDraft(draftKey)
  const words = responseWords()
  return (
    <div class="step-menu">
      {step.say === null ? null : (
        <p>
          {words.say} <q>{step.say[language.value]}</q>
        </p>
      )}
      <Phones step={step} />
      <Choices
        label={words.whatCameOfIt}
        choices={step.outcomes.map((outcome) => ({
          text: outcomeOf(outcome),
          choose: () =>
            acting.act(
              {
                kind: 'step',
                step: step.key,
                outcome,
                ...(note.trim() === '' ? {} : { note }),
              },
              draftKey,
            ),
        }))}
      />
      <label>
        {words.noteOptional}
        <textarea
          name="step-note"
          value={note}
          onInput={(event) => keepText(draftKey, event.currentTarget.value, about)}
        />
      </label>
    </div>
  )
}

type StepMenuProps = NoteFormProps & { readonly step: PlannedStep }

function Phones({ step }: { readonly step: PlannedStep }) {
  if (step.who === 'staff') return null
  if (step.phones === null) return <p class="withheld">{responseWords().takeForPhone}</p>
  if (step.phones.length === 0) return <p class="withheld">{responseWords().noPhone}</p>
  return (
    <p>
      {step.phones.map((phone) => (
        <a key={phone} class="button phone" href={`tel:${phone.replaceAll(/[^+\d]/g, '')}`}>
          {fill(responseWords().phone, { phone })}
        </a>
      ))}
    </p>
  )
}

/** Numbered from 1: the digit chooses too. The first one has the focus. */
function Choices({ label, choices }: ChoicesProps) {
  const first = useRef<HTMLButtonElement>(null)
  const [missed, setMissed] = useState<MissedClick | null>(null)
  // It lies over other choices, which are to be read.
  useEffect(() => {
    if (missed === null) return undefined
    const timer = setTimeout(() => setMissed(null), missedMs)
    return () => clearTimeout(timer)
  }, [missed])
  // Before the next key is read, which would else be taken for another act.
  useLayoutEffect(() => first.current?.focus(), [])
  return (
    <div
      class="choices"
      role="group"
      aria-label={label}
      onKeyDown={(event) => {
        // Enter that is still held from opening this is no choice.
        if (event.repeat) event.preventDefault()
      }}
      onPointerDown={() => setMissed(null)}
    >
      <p>{label}</p>
      {choices.map(({ id, text, choose }, place) => (
        <button
          key={id ?? text}
          type="button"
          ref={place === 0 ? first : null}
          onClick={(event) => {
            // A key chooses by its digit, wherever the button is.
            if (event.detail === 0 || !hasJustMoved(event.timeStamp)) choose()
            else setMissed({ xPixels: event.clientX, yPixels: event.clientY })
          }}
        >
          <span class="step-number">{place + 1}</span> {text}
        </button>
      ))}
      <Missed click={missed} />
    </div>
  )
}

type MissedClick = { readonly xPixels: number; readonly yPixels: number }

/** A click that chose nothing says so where it fell, over the page: a line in it would move it. */
function Missed({ click }: { readonly click: MissedClick | null }) {
  const isBelow = click !== null && click.yPixels < innerHeight / 2
  const place =
    click === null
      ? {}
      : {
          left: `${Math.max(8, Math.min(click.xPixels - 20, innerWidth - missedWidthPixels - 8))}px`,
          top: isBelow ? `${click.yPixels + 24}px` : 'auto',
          bottom: isBelow ? 'auto' : `${innerHeight - click.yPixels + 16}px`,
        }
  return (
    <p class="missed" role="status" style={place}>
      {click === null ? null : responseWords().clickMissed}
    </p>
  )
}

/** Long enough to be read. */
const missedMs = 4_000
/** As wide as the style sheet lets it be. */
const missedWidthPixels = 300

type ChoicesProps = {
  readonly label: string
  readonly choices: readonly {
    /** Where a text may change, or stand twice. */
    readonly id?: string
    readonly text: string
    readonly choose: () => void
  }[]
}

export function NoteForm({ about, acting }: NoteFormProps) {
  const draftKey = noteKey(about.alertId)
  const box = useRef<HTMLTextAreaElement>(null)
  // What is typed at once is the note, and no key of an act.
  useLayoutEffect(() => box.current?.focus(), [])
  const submit = (event: Event): void => {
    event.preventDefault()
    const note = textOfDraft(draftKey)
    if (note.trim() !== '') acting.act({ kind: 'note', note }, draftKey)
  }
  return (
    <form class="note-form" onSubmit={submit}>
      <label>
        {responseWords().note}
        <textarea
          ref={box}
          name="note"
          required
          value={textOfDraft(draftKey)}
          onInput={(event) => keepText(draftKey, event.currentTarget.value, about)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event)
          }}
        />
      </label>
      <button type="submit">{responseWords().saveNote}</button>
    </form>
  )
}

export type NoteFormProps = { readonly about: About; readonly acting: Acting }

export function EscalateMenu({ acting }: { readonly acting: Acting }) {
  const words = responseWords()
  const targets = ['second-operator', 'supervisor'] as const
  return (
    <Choices
      label={words.escalate}
      choices={targets.map((target) => ({
        text: words.escalateTo[target],
        choose: () => acting.act({ kind: 'escalated', target }),
      }))}
    />
  )
}

export function HandOverMenu({ response, incidentId, acting }: HandOverMenuProps) {
  const words = responseWords()
  const choices = useColleagues(response.colleagues, 'without-me')
  if (choices.length === 0) return <p>{words.nobodyElse}</p>
  return (
    <Choices
      label={words.handOverTo}
      choices={choices.map((one) => ({
        id: one.id,
        text: `${one.label}${placeOf(one, incidentId)}`,
        choose: () => acting.act({ kind: 'offered', to: one.id }),
      }))}
    />
  )
}

/** Where a colleague is, in words, behind the name. */
function placeOf({ isHere, incidentId }: Choice, openId: string | null): string {
  const words = responseWords()
  if (!isHere) return ''
  return ` (${incidentId !== null && incidentId === openId ? words.hereOnThis : words.here})`
}

export type HandOverMenuProps = {
  readonly response: Pick<AlertResponse, 'colleagues'>
  readonly incidentId: string | null
  readonly acting: Acting
}

/** Half an hour at most, with why: it is out of the list meanwhile, and in one of its own. */
export function ShelveForm({ about, acting }: NoteFormProps) {
  const draftKey = noteKey(about.alertId)
  const words = responseWords()
  const note = textOfDraft(draftKey)
  return (
    <div class="note-form">
      <label>
        {words.shelveWhy}
        <textarea
          name="shelve-note"
          value={note}
          onInput={(event) => keepText(draftKey, event.currentTarget.value, about)}
        />
      </label>
      <Choices
        label={words.shelveFor}
        choices={shelveMinutes.map((minutes) => ({
          text: fill(words.shelveMinutes, { n: minutes }),
          choose: () => acting.act({ kind: 'shelved', minutes, note }, draftKey),
        }))}
      />
      <p class="fine">{words.shelveNote}</p>
    </div>
  )
}

const shelveMinutes = [10, 20, 30] as const
