import { useEffect, useRef, useState } from 'preact/hooks'
import { Said } from '../net/said.tsx'
import { readAlert, readResponse, type Alert, type AlertDetail, type Incident } from '../net/api.ts'
import { useReading } from '../net/use-reading.ts'
import { ResponsePanel } from '../protocol/response-panel.tsx'
import { responseWords } from '../protocol/response-words.ts'
import { VictimFileOf } from '../register/victim-file.tsx'
import { victimWords } from '../register/victim-words.ts'
import {
  actedAt,
  incidents,
  looked,
  nowMs,
  openIncidentId,
  pastAlertId,
  rows,
} from '../state/desk.ts'
import { drafts } from '../state/drafts.ts'
import { knownSince, rankOf, referenceOf } from '../state/incidents.ts'
import { formatClock } from '../words/times.ts'
import { tourWords } from '../tour/tour-words.ts'
import { fill, language, words } from '../words/words.ts'
import { Actions } from './actions.tsx'
import { ClosedElsewhere } from './closed-elsewhere.tsx'
import { Diary } from './diary.tsx'
import { EarlierAlerts } from './earlier.tsx'
import { Evidence } from './evidence.tsx'
import { PastAlert } from './past-alert.tsx'

/** Everything about the open incident. Opening one is a reading that the server records. */
export function CaseView() {
  const pastId = pastAlertId.value
  return pastId === null ? <OpenCase /> : <PastAlert key={pastId} id={pastId} />
}

function OpenCase() {
  const id = openIncidentId.value
  const incident = id === null ? undefined : incidents.value.get(id)
  // What was open stays in sight when a colleague closes it: somebody may be typing about it.
  const last = useRef<Incident | null>(null)
  if (incident !== undefined) last.current = incident
  useEffect(() => {
    if (incident !== undefined) markLooked(incident.incidentId)
  }, [incident])
  if (incident === undefined) {
    const before = last.current?.incidentId === id ? last.current : null
    return before === null ? <NoCase /> : <ClosedElsewhere incident={before} />
  }
  const lead = rows.value.find((row) => row.incident.incidentId === id)?.lead ?? null
  const alerts = [...incident.alerts].sort(
    (one, other) =>
      Number(other.id === lead?.id) - Number(one.id === lead?.id) ||
      Date.parse(other.toldAt) - Date.parse(one.toldAt),
  )
  const orderId = lead?.protectionOrderId ?? null
  return (
    <section class="case" id="case" tabIndex={-1} aria-labelledby="case-title" key={id}>
      <a class="back" href="#/">
        ← {words().openIncidents}
      </a>
      <h1 id="case-title">{referenceOf(incident)}</h1>
      <LostDrafts incident={incident} />
      {alerts.map((alert) => (
        <AlertCard
          key={alert.id}
          alert={alert}
          incident={incident}
          isLead={alert.id === lead?.id}
        />
      ))}
      {orderId === null ? null : <EarlierAlerts orderId={orderId} />}
    </section>
  )
}

function NoCase() {
  return (
    <section class="case" id="case" tabIndex={-1}>
      <p class="empty">{words().noCase}</p>
      <p class="empty">
        <a href="#/tour">{tourWords().start}</a>
      </p>
    </section>
  )
}

/** One alert of an incident may be closed elsewhere while the others stay. */
function LostDrafts({ incident }: { readonly incident: Incident }) {
  const seen = useRef(new Set<string>())
  const open = new Set(incident.alerts.map(({ id }) => id))
  for (const id of open) seen.current.add(id)
  const lost = [...seen.current].filter((id) => !open.has(id) && drafts.value.has(id))
  return lost.length === 0 ? null : <ClosedElsewhere incident={incident} alertIds={lost} />
}

function AlertCard({ alert, incident, isLead }: AlertCardProps) {
  const { body: detail, fault } = useDetail(alert)
  const since = `${actedAt.value.get(alert.id)} ${alert.toldAt} ${alert.status} ${alert.acknowledgedBy}`
  const response = useReading(alert.id, readResponse, since)
  const time = (text: string): string => formatClock(Date.parse(text), nowMs.value)
  const notRead = fault ?? response.fault
  return (
    <article class={`card ${alert.priority.toLowerCase()}`}>
      <h2>
        {words().priority[alert.priority]} · {words().kinds[alert.kind]}
      </h2>
      <p class="happening">{sentenceOf(alert, detail)}</p>
      {notRead === null ? null : (
        <p class="late" role="status">
          <Said text={fill(responseWords().notRead, { detail: notRead })} />
        </p>
      )}
      {detail?.detailLevel === 'coarse' ? <p class="withheld">{words().coarse}</p> : null}
      <p>
        {fill(words().since, { time: time(knownSince(alert)) })} ·{' '}
        {alert.detailLevel === 'coarse'
          ? null
          : `${fill(words().lastSeen, { time: time(alert.lastSeenAt) })} · `}
        {alert.stillGoingOn ? words().goesOn : words().ended} · {words().status[alert.status]}
      </p>
      {alert.late ? <p class="late">{words().late}</p> : null}
      <Actions alert={alert} incident={incident} isLead={isLead} />
      {response.body === null ? null : (
        <ResponsePanel
          alert={alert}
          reference={referenceOf(incident)}
          response={response.body}
          isLead={isLead}
        />
      )}
      {alert.victimId === null ? null : <VictimOfAlert id={alert.victimId} alertId={alert.id} />}
      {detail === null ? null : <Evidence alert={detail} detail={detail} isLead={isLead} />}
      {detail === null ? null : <Diary detail={detail} acts={response.body?.acts ?? []} />}
    </article>
  )
}

/** Before somebody calls them: how they wish to be told. Read when it is opened, and recorded. */
function VictimOfAlert({ id, alertId }: { readonly id: string; readonly alertId: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{victimWords().title}</summary>
      {isOpen ? <VictimFileOf id={id} alertId={alertId} /> : null}
    </details>
  )
}

type AlertCardProps = {
  readonly alert: Alert
  readonly incident: Incident
  /** The most urgent of the incident: the keys act on it. */
  readonly isLead: boolean
}

/** In the language of the page; where only the kind may be known, that. */
function sentenceOf(alert: Alert, detail: AlertDetail | null): string {
  if (language.value === 'en') return detail?.reason ?? alert.reason
  return detail?.reasonInDutch ?? `${words().kinds[alert.kind]}.`
}

/** Read again when something was told of the alert; the old one stays until the new one is here. */
function useDetail(alert: Alert) {
  const since = [alert.toldAt, alert.status, alert.clearedAt, alert.acknowledgedBy].join(' ')
  return useReading(alert.id, readAlert, since)
}

function markLooked(id: string): void {
  const row = rows.value.find((one) => one.incident.incidentId === id)
  if (row === undefined) return
  const before = looked.value.get(id)
  const now = { atMs: row.newestMs, rank: rankOf(row) }
  if (before?.atMs === now.atMs && before.rank === now.rank) return
  looked.value = new Map(looked.value).set(id, now)
}
