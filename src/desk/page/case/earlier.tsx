import { useState } from 'preact/hooks'
import { Said } from '../net/said.tsx'
import { call, type Alert, type Order } from '../net/api.ts'
import { useReading } from '../net/use-reading.ts'
import { filter, nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { fill, words } from '../words/words.ts'

type Page<T> = { readonly items: readonly T[] }

const readClosed = (orderId: string) =>
  call<Page<Alert>>(
    'GET',
    `/v1/alerts?status=closed&protectionOrderId=${orderId}&limit=${countMax}`,
  )
/** The newest; what is older is in the register of the case. */
const countMax = 25

/**
 * What was closed before of this case; read when somebody opens it, and not before, and again when
 * what is open of it has changed.
 */
export function EarlierAlerts({ orderId, openIds }: EarlierAlertsProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words().earlier}</summary>
      {isOpen ? <ClosedList key={orderId} orderId={orderId} openIds={openIds} /> : null}
    </details>
  )
}

type EarlierAlertsProps = {
  readonly orderId: string
  readonly openIds?: readonly string[] | undefined
}

const noIds: readonly string[] = []

function ClosedList({ orderId, openIds = noIds }: EarlierAlertsProps) {
  const { body, fault } = useReading(orderId, readClosed, openIds.join(' '))
  if (fault !== null) return <NotRead fault={fault} />
  if (body === null) return <p>{words().loading}</p>
  if (body.items.length === 0) return <p>{words().earlierNone}</p>
  return (
    <ul class="earlier">
      {body.items.map((alert) => (
        <li key={alert.id}>
          <a href={`#/alerts/${alert.id}`}>
            {formatClock(momentOf(alert), nowMs.value)} · {alert.priority} ·{' '}
            {words().kinds[alert.kind]}
          </a>{' '}
          {alert.outcome === null ? null : words().outcomes[alert.outcome]}
        </li>
      ))}
    </ul>
  )
}

/** What was learned long after it happened is of when it happened: so it is looked for. */
function momentOf({ late, occurredAt, raisedAt }: Alert): number {
  return Date.parse(late ? occurredAt : raisedAt)
}

function NotRead({ fault }: { readonly fault: string }) {
  return (
    <p role="alert">
      <Said text={fill(words().refused, { detail: fault })} />
    </p>
  )
}

const readOrders = (reference: string) =>
  call<Page<Order>>(
    'GET',
    `/v1/protection-orders?${new URLSearchParams({ reference, limit: '5' })}`,
  )

/**
 * The list holds what is open; this finds what was closed, by the beginning of the same reference.
 * Asked by a click: a search that runs with every letter would read the register for nobody.
 */
export function FindClosed() {
  const [asked, setAsked] = useState<string | null>(null)
  const typed = filter.value.search.trim()
  if (typed.length < 3) return null
  return (
    <div class="find-closed">
      {asked === typed ? (
        <FoundOrders reference={typed} />
      ) : (
        <button type="button" class="quiet" onClick={() => setAsked(typed)}>
          {fill(words().findClosed, { reference: typed })}
        </button>
      )}
    </div>
  )
}

function FoundOrders({ reference }: { readonly reference: string }) {
  const { body, fault } = useReading(reference, readOrders)
  if (fault !== null) return <NotRead fault={fault} />
  if (body === null) return <p role="status">{words().loading}</p>
  if (body.items.length === 0) return <p role="status">{words().findClosedNone}</p>
  return (
    <>
      {body.items.map((order) => (
        <section key={order.id}>
          <h2>{fill(words().closedOf, { reference: order.reference })}</h2>
          <ClosedList orderId={order.id} />
        </section>
      ))}
    </>
  )
}
