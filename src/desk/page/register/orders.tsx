import { useState } from 'preact/hooks'
import type { Order } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { Listing, type Column } from './listing.tsx'
import { OneOrder } from './one-order.tsx'
import { SearchForm } from './search.tsx'

/** All orders; opening one is a reading of where its bans are, which the server records. */
export function OrdersSection({ rest }: { readonly rest: readonly string[] }) {
  const [reference, setReference] = useState('')
  const [id] = rest
  if (id !== undefined) return <OneOrder id={id} />
  return (
    <>
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
