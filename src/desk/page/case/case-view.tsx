import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Said } from '../net/said.tsx'
import { readAlert, readResponse, type Alert, type AlertDetail, type Incident } from '../net/api.ts'
import { useReading } from '../net/use-reading.ts'
import { mayAct } from '../protocol/keys.tsx'
import { ResponsePanel } from '../protocol/response-panel.tsx'
import { responseWords } from '../protocol/response-words.ts'
import { VictimFileOf } from '../register/victim-file.tsx'
import { victimWords } from '../register/victim-words.ts'
import { actedAt, incidents, nowMs, openIncidentId, pastAlertId, rows } from '../state/desk.ts'
import { draftsAbout } from '../state/drafts.ts'
import { knownSince, referenceOf } from '../state/incidents.ts'
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
  if (incident === undefined) {
    const before = last.current?.incidentId === id ? last.current : null
    return before === null ? <NoCase /> : <ClosedElsewhere incident={before} />
  }
  const lead = rows.value.find((row) => row.incident.incidentId === id)?.lead ?? null
  const orderId = lead?.protectionOrderId ?? null
  const openIds = incident.alerts.map((alert) => alert.id).toSorted()
  return (
    <section class="case" id="case" tabIndex={-1} aria-labelledby="case-title" key={id}>
      <a class="back" href="#/">
        ← {words().openIncidents}
      </a>
      <h1 id="case-title">{referenceOf(incident)}</h1>
      <LostDrafts incident={incident} />
      <Cards incident={incident} lead={lead} />
      {orderId === null ? null : <EarlierAlerts orderId={orderId} openIds={openIds} />}
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

/**
 * The alerts of an incident. The one that was the most urgent when it was opened stays on top and
 * has the keys, whatever comes: what somebody presses was meant for what they saw. Another one has
 * them as soon as somebody goes there; a more urgent one says so above them.
 */
function Cards({ incident, lead }: { readonly incident: Incident; readonly lead: Alert | null }) {
  const [firstId, setFirst] = useState(lead?.id ?? null)
  const [keysId, setKeys] = useState(firstId)
  const box = useRef<HTMLDivElement>(null)
  const topId = incident.alerts.some(({ id }) => id === firstId) ? firstId : (lead?.id ?? null)
  const alerts = [...incident.alerts].sort(
    (one, other) =>
      Number(other.id === topId) - Number(one.id === topId) ||
      Date.parse(other.toldAt) - Date.parse(one.toldAt),
  )
  const goThere = (): void => {
    if (lead === null) return
    setFirst(lead.id)
    setKeys(lead.id)
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('.card')?.focus())
  }
  return (
    <div ref={box}>
      {lead === null || lead.id === firstId ? null : <MoreUrgent lead={lead} goThere={goThere} />}
      {alerts.map((alert) => (
        <AlertCard
          key={alert.id}
          alert={alert}
          incident={incident}
          isFirst={alert.id === topId}
          hasKeys={alert.id === keysId}
          takeKeys={() => setKeys(alert.id)}
        />
      ))}
    </div>
  )
}

function MoreUrgent({ lead, goThere }: MoreUrgentProps) {
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'v' || !mayAct(event)) return
      event.preventDefault()
      goThere()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [lead.id])
  const what = `${words().priority[lead.priority]} · ${words().kinds[lead.kind]}`
  return (
    <p class="more-urgent late" role="alert">
      {fill(responseWords().mostUrgentNow, { what })}{' '}
      <button type="button" aria-keyshortcuts="v" onClick={goThere}>
        {responseWords().goThere}
      </button>
    </p>
  )
}

type MoreUrgentProps = { readonly lead: Alert; readonly goThere: () => void }

/** One alert of an incident may be closed elsewhere while the others stay. */
function LostDrafts({ incident }: { readonly incident: Incident }) {
  const seen = useRef(new Set<string>())
  const open = new Set(incident.alerts.map(({ id }) => id))
  for (const id of open) seen.current.add(id)
  const lost = [...seen.current].filter((id) => !open.has(id) && draftsAbout(id).length > 0)
  return lost.length === 0 ? null : <ClosedElsewhere incident={incident} alertIds={lost} />
}

function AlertCard(props: AlertCardProps) {
  const { alert, incident, isFirst, hasKeys, takeKeys } = props
  const { body: detail, fault, isFinal } = useDetail(alert)
  const since = `${actedAt.value.get(alert.id)} ${alert.toldAt} ${alert.status} ${alert.acknowledgedBy}`
  const response = useReading(alert.id, readResponse, since)
  const time = (text: string): string => formatClock(Date.parse(text), nowMs.value)
  const notRead = fault ?? response.fault
  const isOver = fault === null ? response.isFinal : isFinal
  return (
    <article
      class={`card ${alert.priority.toLowerCase()}`}
      tabIndex={-1}
      onFocusIn={takeKeys}
      onPointerDown={takeKeys}
    >
      <h2>
        {words().priority[alert.priority]} · {words().kinds[alert.kind]}
      </h2>
      <p class="happening">{sentenceOf(alert, detail)}</p>
      {notRead === null ? null : (
        <p class="late" role="status">
          <Said
            text={fill(isOver ? responseWords().notReadAtAll : responseWords().notRead, {
              detail: notRead,
            })}
          />
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
      <Actions alert={alert} incident={incident} hasKeys={hasKeys} />
      {response.body === null && response.fault === null ? null : (
        <ResponsePanel
          alert={alert}
          reference={referenceOf(incident)}
          response={response.body}
          hasKeys={hasKeys}
        />
      )}
      {alert.victimId === null ? null : <VictimOfAlert id={alert.victimId} alertId={alert.id} />}
      {detail === null ? null : <Evidence alert={detail} detail={detail} isFirst={isFirst} />}
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
  /** On top of its incident. */
  readonly isFirst: boolean
  readonly hasKeys: boolean
  readonly takeKeys: () => void
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
