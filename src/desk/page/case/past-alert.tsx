import { Said } from '../net/said.tsx'
import { readAlert, readResponse } from '../net/api.ts'
import { useReading } from '../net/use-reading.ts'
import { actedAt, incidents, nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { fill, language, words } from '../words/words.ts'
import { EarlierAlerts } from './earlier.tsx'
import { Evidence } from './evidence.tsx'
import { Diary } from './diary.tsx'
import { TypedNotes } from './typed-notes.tsx'

/** One alert by its address, whatever became of it: to be read, and not to be acted on. */
export function PastAlert({ id }: { readonly id: string }) {
  const since = standingOf(id)
  const { body: alert, fault } = useReading(id, readAlert, since)
  const acts = useReading(id, readResponse, `${actedAt.value.get(id)} ${since}`).body?.acts ?? []
  const time = (text: string): string => formatClock(Date.parse(text), nowMs.value)
  return (
    <section class="case" id="case" tabIndex={-1} aria-labelledby="case-title">
      <a class="back" href="#/">
        ← {words().openIncidents}
      </a>
      {fault === null ? null : (
        <p role="alert">
          <Said text={fill(words().refused, { detail: fault })} />
        </p>
      )}
      <h1 id="case-title">{words().pastAlert}</h1>
      {alert === null ? (
        <p role="status">{words().loading}</p>
      ) : (
        <article class={`card ${alert.priority.toLowerCase()}`}>
          <h2>
            {alert.priority} · {words().kinds[alert.kind]} · {words().status[alert.status]}
          </h2>
          <p class="happening">
            {language.value === 'en'
              ? alert.reason
              : (alert.reasonInDutch ?? `${words().kinds[alert.kind]}.`)}
          </p>
          {alert.detailLevel === 'coarse' ? <p class="withheld">{words().coarsePast}</p> : null}
          {alert.late ? <p class="late">{words().late}</p> : null}
          <p>
            {alert.late ? `${fill(words().happened, { time: time(alert.occurredAt) })} · ` : null}
            {fill(words().told, { time: time(alert.raisedAt) })}
            {alert.closedAt === null
              ? null
              : ` · ${words().history.closed} ${time(alert.closedAt)}`}
            {alert.outcome === null ? null : ` · ${words().outcomes[alert.outcome]}`}
          </p>
          <TypedNotes alertId={id} />
          {alert.status === 'closed' ? null : (
            <p>
              <a href={`#/incidents/${alert.incidentId}`}>{words().openCase}</a>
            </p>
          )}
          <Evidence alert={alert} detail={alert} isFirst />
          <Diary detail={alert} acts={acts} />
          {alert.protectionOrderId === null ? null : (
            <EarlierAlerts orderId={alert.protectionOrderId} />
          )}
        </article>
      )}
    </section>
  )
}

/** Of one that is open, how it stands in the list: it may be closed, or open again, meanwhile. */
function standingOf(id: string): string {
  const all = [...incidents.value.values()].flatMap(({ alerts }) => alerts)
  const open = all.find((one) => one.id === id)
  return open === undefined ? '' : [open.toldAt, open.status, open.acknowledgedBy].join(' ')
}
