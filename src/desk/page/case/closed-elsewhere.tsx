import { readAlert, readResponse, type Incident } from '../net/api.ts'
import { useReading } from '../net/use-reading.ts'
import { responseWords } from '../protocol/response-words.ts'
import { nowMs } from '../state/desk.ts'
import { referenceOf } from '../state/incidents.ts'
import { formatClock } from '../words/times.ts'
import { fill, words } from '../words/words.ts'
import { TypedNotes } from './typed-notes.tsx'

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
      {ids.map((id) => (
        <div key={id}>
          <Ending id={id} />
          <TypedNotes alertId={id} />
        </div>
      ))}
    </section>
  )
}

export type ClosedElsewhereProps = {
  readonly incident: Incident
  /** Those of its alerts that are gone; left out: all. */
  readonly alertIds?: readonly string[]
}

/** Who closed it, when and how, or that it ended by itself. */
function Ending({ id }: { readonly id: string }) {
  const alert = useReading(id, readAlert).body
  const closing = useReading(id, readResponse).body?.acts.findLast(({ kind }) => kind === 'closed')
  if (alert === null) return null
  const at = closing?.at ?? alert.closedAt
  const what = `${alert.priority} · ${words().kinds[alert.kind]}`
  const how =
    alert.outcome === null ? words().status[alert.status] : words().outcomes[alert.outcome]
  const time = at === null ? '' : formatClock(Date.parse(at), nowMs.value)
  const by = closing?.byName ?? null
  return (
    <p>
      <a href={`#/alerts/${id}`}>{what}</a>:{' '}
      {by === null ? `${how} ${time}` : fill(responseWords().closedBy, { name: by, time, how })}
    </p>
  )
}
