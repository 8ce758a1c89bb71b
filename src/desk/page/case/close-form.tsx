import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { alertOutcomes, type AlertOutcome } from '../../../core/model/alert.ts'
import { closeAlert, type Alert, type Outcome } from '../net/api.ts'
import { keepText, noteKey, textOfDraft, type About } from '../state/drafts.ts'
import { readClock } from '../words/times.ts'
import { fill, words } from '../words/words.ts'

/** Asks what the API asks, and says before the button what closing does not end. */
export function CloseForm({ alert, about, act, cancel }: CloseFormProps) {
  const [outcome, setOutcome] = useState<AlertOutcome | ''>('')
  const draftKey = noteKey(alert.id)
  const note = textOfDraft(draftKey)
  const [recallMinutes, setRecallMinutes] = useState('10')
  const [permittedUntil, setPermittedUntil] = useState('')
  // A key opens it wherever the case is scrolled to; a digit then still chooses the outcome, as it
  // would not from a field.
  const form = useRef<HTMLFormElement>(null)
  useLayoutEffect(() => form.current?.focus(), [])
  const submit = (event: Event): void => {
    event.preventDefault()
    const recall = alert.stillGoingOn && outcome !== 'permitted'
    const permittedMs = outcome === 'permitted' ? readClock(permittedUntil) : null
    act(() =>
      closeAlert(alert.id, {
        outcome,
        note,
        ...(recall ? { recallAfterMinutes: Number(recallMinutes) } : {}),
        ...(permittedMs === null ? {} : { permittedUntil: new Date(permittedMs).toISOString() }),
      }),
    )
  }
  return (
    <form
      ref={form}
      tabIndex={-1}
      class="close"
      aria-label={words().closeTitle}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') cancel()
      }}
    >
      {alert.stillGoingOn ? <p>{fill(words().stillGoingOn, { minutes: recallMinutes })}</p> : null}
      <label>
        {words().outcome}
        <select
          required
          name="outcome"
          value={outcome}
          onChange={(event) => {
            setOutcome(alertOutcomes.find((one) => one === event.currentTarget.value) ?? '')
          }}
        >
          <option value="" />
          {alertOutcomes.map((one) => (
            <option key={one} value={one}>
              {words().outcomes[one]}
            </option>
          ))}
        </select>
      </label>
      {outcome === 'permitted' ? (
        <label>
          {words().permittedUntil}
          <input
            type="datetime-local"
            required={alert.stillGoingOn}
            value={permittedUntil}
            onInput={(event) => setPermittedUntil(event.currentTarget.value)}
          />
        </label>
      ) : null}
      {alert.stillGoingOn && outcome !== 'permitted' ? (
        <label>
          {words().recallAfter}
          <input
            type="number"
            min="1"
            max="60"
            value={recallMinutes}
            onInput={(event) => setRecallMinutes(event.currentTarget.value)}
          />
        </label>
      ) : null}
      <label>
        {words().note}
        <textarea
          required
          name="note"
          value={note}
          onInput={(event) => keepText(draftKey, event.currentTarget.value, about)}
        />
      </label>
      <button type="submit">{words().send}</button>
      <button type="button" class="quiet" onClick={cancel}>
        {words().cancel}
      </button>
    </form>
  )
}

export type CloseFormProps = {
  readonly alert: Alert
  readonly about: About
  readonly act: (work: () => Promise<Outcome<unknown>>) => void
  readonly cancel: () => void
}
