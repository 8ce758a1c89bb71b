import { useEffect, useState } from 'preact/hooks'
import { readAlert, type Alert, type AlertDetail, type Incident } from '../net/api.ts'
import { incidents, looked, nowMs, openIncidentId, rows } from '../state/desk.ts'
import { knownSince, rankOf, referenceOf } from '../state/incidents.ts'
import { formatClock } from '../words/times.ts'
import { fill, language, words } from '../words/words.ts'
import { Actions } from './actions.tsx'
import { Diary } from './diary.tsx'
import { Evidence } from './evidence.tsx'

/** Everything about the open incident. Opening one is a reading that the server records. */
export function CaseView() {
  const id = openIncidentId.value
  const incident = id === null ? undefined : incidents.value.get(id)
  useEffect(() => {
    if (incident !== undefined) markLooked(incident.incidentId)
  }, [incident])
  if (incident === undefined) {
    return (
      <section class="case" id="case" tabIndex={-1}>
        <p class="empty">{words().noCase}</p>
      </section>
    )
  }
  const alerts = [...incident.alerts].sort(
    (one, other) => Date.parse(other.toldAt) - Date.parse(one.toldAt),
  )
  return (
    <section class="case" id="case" tabIndex={-1} aria-labelledby="case-title" key={id}>
      <h1 id="case-title">{referenceOf(incident)}</h1>
      {alerts.map((alert) => (
        <AlertCard key={alert.id} alert={alert} incident={incident} />
      ))}
    </section>
  )
}

function AlertCard({ alert, incident }: { readonly alert: Alert; readonly incident: Incident }) {
  const detail = useDetail(alert)
  const time = (text: string): string => formatClock(Date.parse(text), nowMs.value)
  return (
    <article class={`card ${alert.priority.toLowerCase()}`}>
      <h2>
        {words().priority[alert.priority]} · {words().kinds[alert.kind]}
      </h2>
      <p class="happening">{sentenceOf(alert, detail)}</p>
      {detail?.detailLevel === 'coarse' ? <p class="withheld">{words().coarse}</p> : null}
      <p>
        {fill(words().since, { time: time(knownSince(alert)) })} ·{' '}
        {alert.detailLevel === 'coarse'
          ? null
          : `${fill(words().lastSeen, { time: time(alert.lastSeenAt) })} · `}
        {alert.stillGoingOn ? words().goesOn : words().ended} · {words().status[alert.status]}
      </p>
      {alert.late ? <p class="late">{words().late}</p> : null}
      <Actions key={`${alert.status} ${alert.toldAt}`} alert={alert} incident={incident} />
      {detail === null ? null : <Evidence alert={detail} detail={detail} />}
      {detail === null ? null : <Diary detail={detail} />}
    </article>
  )
}

/** In the language of the page; where only the kind may be known, that. */
function sentenceOf(alert: Alert, detail: AlertDetail | null): string {
  if (language.value === 'en') return detail?.reason ?? alert.reason
  return detail?.reasonInDutch ?? `${words().kinds[alert.kind]}.`
}

/** Read again when something was told of the alert; the old one stays until the new one is here. */
function useDetail(alert: Alert): AlertDetail | null {
  const [detail, setDetail] = useState<AlertDetail | null>(null)
  useEffect(() => {
    let isOver = false
    void readAlert(alert.id).then((outcome) => {
      if (!isOver && outcome.kind === 'done') setDetail(outcome.body)
    })
    return () => {
      isOver = true
    }
  }, [alert.id, alert.toldAt, alert.status, alert.clearedAt])
  return detail
}

function markLooked(id: string): void {
  const row = rows.value.find((one) => one.incident.incidentId === id)
  if (row === undefined) return
  const before = looked.value.get(id)
  const now = { atMs: row.newestMs, rank: rankOf(row) }
  if (before?.atMs === now.atMs && before.rank === now.rank) return
  looked.value = new Map(looked.value).set(id, now)
}
