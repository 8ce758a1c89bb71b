import { useEffect, useRef, useState } from 'preact/hooks'
import type { Order } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { Listing, type Column } from './listing.tsx'
import { OrderForm } from './order-form.tsx'
import { Advisories, OneOrder } from './one-order.tsx'
import { orderStart } from './order-start.ts'
import { SearchForm } from './search.tsx'
import { findUnfinished } from './unfinished-order.ts'

/** All orders; opening one is a reading of where its bans are, which the server records. */
export function OrdersSection({ rest }: { readonly rest: readonly string[] }) {
  const [reference, setReference] = useState('')
  const [id, part] = rest
  if (id === 'new') return <NewOrder />
  if (id !== undefined) return <OneOrder id={id} isAmending={part === 'amend'} />
  return (
    <>
      <p>
        <a class="button" href="#/register/orders/new">
          {registerWords().newOrder}
        </a>
      </p>
      <SearchForm label={registerWords().searchReference} onSearch={setReference} />
      <Listing
        label={registerWords().orders}
        path={`/v1/protection-orders?reference=${encodeURIComponent(reference)}`}
        keyOf={(order) => order.id}
        columns={columns()}
      />
    </>
  )
}

/** After it is made, what was repaired in it and what is worth a second look is shown at once. */
function NewOrder() {
  const [made, setMade] = useState<Order | null>(null)
  // What was begun before goes on, unless another assessment brings its own.
  const [start, setStart] = useState(() => {
    const brought = orderStart.peek()
    return findUnfinished(brought)?.start ?? brought
  })
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // For this form alone: the next one begins empty.
    orderStart.value = null
  }, [])
  const beginEmpty = (): void => {
    setStart(null)
    heading.current?.focus()
  }
  const text = registerWords()
  return (
    <>
      <p>
        <a href="#/register/orders">← {text.orders}</a>
      </p>
      <h3 ref={heading} tabIndex={-1}>
        {text.newOrder}
      </h3>
      {made === null ? (
        <OrderForm
          key={start?.assessmentId ?? ''}
          order={null}
          start={start}
          onDone={setMade}
          onThrowAway={beginEmpty}
        />
      ) : (
        <div role="status">
          <p>
            {text.orderMade} <a href={`#/register/orders/${made.id}`}>{made.reference}</a>
          </p>
          <Advisories order={made} />
        </div>
      )}
    </>
  )
}

function columns(): readonly Column<Order>[] {
  const text = registerWords()
  return [
    {
      name: text.reference,
      cell: ({ id, reference }) => <a href={`#/register/orders/${id}`}>{reference}</a>,
    },
    { name: text.status, cell: ({ status }) => text.orderStatus[status] },
    { name: text.basis, cell: ({ legalBasis }) => text.bases[legalBasis] },
    {
      name: text.bans,
      cell: (order) =>
        [
          ...order.locationBans.map(({ label }) => label),
          ...order.proximityBans.map(({ separationMeters }) => `↔ ${separationMeters} m`),
        ].join(' · '),
    },
    {
      name: text.until,
      cell: ({ validUntil }) => formatClock(Date.parse(validUntil), nowMs.peek()),
    },
  ]
}
