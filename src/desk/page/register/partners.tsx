import { useState } from 'preact/hooks'
import { legalBases } from '../../../core/model/registry.ts'
import { Form } from '../form/form.tsx'
import { call } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { registerWords } from '../words/register/words.ts'
import { fill } from '../words/words.ts'
import { Listing, NotRead, useBody, type Column } from './listing.tsx'
import { partnerWords } from './partner-words.ts'
import type { OrderNotice, Partner } from './rows.ts'

/** Who outside is told of bans; what waits for a second person is confirmed here. */
export function PartnersSection() {
  const [version, setVersion] = useState(0)
  return (
    <Listing
      label={partnerWords().title}
      path="/v1/partners"
      empty={partnerWords().empty}
      keyOf={({ id }) => id}
      columns={columns(() => setVersion(version + 1))}
      version={version}
    />
  )
}

function columns(onDone: () => void): readonly Column<Partner>[] {
  const text = partnerWords()
  return [
    ...partnerColumns(),
    {
      name: text.onBreach,
      cell: ({ onBreach, onBreachBy, receiptWithinMinutes }) => (
        <>
          {onBreach} {fill(text.within, { n: receiptWithinMinutes })}
          <OfKinds texts={onBreachBy} />
        </>
      ),
    },
    {
      name: text.status,
      cell: (partner) => (
        <>
          {text.statuses[partner.status]}
          <Confirm partner={partner} onDone={onDone} />
        </>
      ),
    },
  ]
}

/** Who it is, and what for. */
export function partnerColumns(): readonly Column<Partner>[] {
  const text = partnerWords()
  return [
    { name: text.name, cell: ({ name }) => name },
    { name: text.kind, cell: ({ kind }) => text.kinds[kind] },
  ]
}

/** What is done on a breach of orders of some kinds instead. */
function OfKinds({ texts }: { readonly texts: Partner['onBreachBy'] }) {
  const kinds = legalBases.filter((basis) => texts[basis] !== undefined)
  if (kinds.length === 0) return null
  return (
    <ul>
      {kinds.map((basis) => (
        <li key={basis}>
          {fill(partnerWords().onBreachOf, {
            kind: registerWords().bases[basis],
            text: texts[basis] ?? '',
          })}
        </li>
      ))}
    </ul>
  )
}

function Confirm({ partner, onDone }: { readonly partner: Partner; readonly onDone: () => void }) {
  const text = partnerWords()
  if (partner.status !== 'waiting' && partner.status !== 'ending') return null
  const label = partner.status === 'waiting' ? text.confirm : text.confirmEnd
  return (
    <Form
      label={`${label}: ${partner.name}`}
      submit={label}
      send={() => call('POST', `/v1/partners/${partner.id}/_confirm`)}
      onDone={onDone}
    >
      {partner.status === 'waiting' ? (
        <p>{partner.kind === 'data-protection' ? text.confirmOfficerNote : text.confirmNote}</p>
      ) : null}
    </Form>
  )
}

/** Which partners know how an order is now, and which have not said so. */
export function ToldPartners({ id }: { readonly id: string }) {
  const path = `/v1/protection-orders/${id}/partner-notices`
  const { body, fault } = useBody<{ readonly items: readonly OrderNotice[] }>(path)
  if (body === null) return <NotRead fault={fault} />
  const text = partnerWords()
  return (
    <section class="told" aria-label={text.told}>
      <h4>{text.told}</h4>
      {body.items.length === 0 ? <p>{text.nobody}</p> : null}
      <ul>
        {body.items.map((notice) => (
          <li key={notice.id}>
            {notice.partnerName} · {text.acts[notice.act]} ·{' '}
            {formatClock(Date.parse(notice.madeAt), nowMs.peek())}
            {notice.sentAt === null ? '' : ` · ${text.sent}`}
            {notice.fetchedAt === null ? '' : ` · ${text.fetched}`} · <Receipt notice={notice} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Receipt({ notice }: { readonly notice: OrderNotice }) {
  const text = partnerWords()
  const at = (instant: string) => formatClock(Date.parse(instant), nowMs.peek())
  if (notice.receivedAt !== null) {
    const about = { time: at(notice.receivedAt), reference: notice.receiptReference ?? '' }
    return <>{fill(text.received, about)}</>
  }
  if (notice.isSuperseded) return <>{text.superseded}</>
  const isLate = Date.parse(notice.receiptDueAt) <= nowMs.value
  const about = { time: at(notice.receiptDueAt), n: notice.reminderCount }
  return (
    <strong class={isLate ? 'fault' : ''}>{fill(isLate ? text.late : text.waiting, about)}</strong>
  )
}
