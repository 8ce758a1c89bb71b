import { Said } from '../net/said.tsx'
import type { Incident } from '../net/api.ts'
import { useActing } from '../protocol/use-acting.ts'
import { responseWords } from '../protocol/response-words.ts'
import { drafts, draftOf, setDraft } from '../state/drafts.ts'
import { referenceOf } from '../state/incidents.ts'

/** Closed by a colleague, or over, while it was open here: what was typed goes into its diary. */
export function ClosedElsewhere({ incident, alertIds }: ClosedElsewhereProps) {
  const ids = alertIds ?? incident.alerts.map(({ id }) => id)
  return (
    <section
      class="case"
      id={alertIds === undefined ? 'case' : undefined}
      tabIndex={-1}
      aria-label={referenceOf(incident)}
    >
      <h1>{referenceOf(incident)}</h1>
      <p class="late" role="status">
        {responseWords().closedElsewhere}
      </p>
      {ids
        .filter((id) => drafts.value.has(id))
        .map((id) => (
          <KeptNote key={id} alertId={id} incident={incident} />
        ))}
    </section>
  )
}

export type ClosedElsewhereProps = {
  readonly incident: Incident
  /** Those of its alerts that are gone; left out: all. */
  readonly alertIds?: readonly string[]
}

function KeptNote({
  alertId,
  incident,
}: {
  readonly alertId: string
  readonly incident: Incident
}) {
  const acting = useActing(alertId, referenceOf(incident), () => {})
  const words = responseWords()
  const submit = (event: Event): void => {
    event.preventDefault()
    acting.act({ kind: 'note', note: draftOf(alertId) }, () => setDraft(alertId, ''))
  }
  return (
    <form class="note-form" onSubmit={submit}>
      <label>
        {words.yourNote}
        <textarea
          required
          name="kept-note"
          value={draftOf(alertId)}
          onInput={(event) => setDraft(alertId, event.currentTarget.value)}
        />
      </label>
      <button type="submit">{words.keepNote}</button>
      <button type="button" class="quiet" onClick={() => setDraft(alertId, '')}>
        {words.throwAway}
      </button>
      <p class={`action ${acting.state.kind}`} role="status">
        <Said text={acting.sentence} />
      </p>
    </form>
  )
}
