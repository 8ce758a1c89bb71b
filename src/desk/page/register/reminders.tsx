import type { z } from 'zod'
import type { orderReminderSchema } from '../../../schemas/order-life.ts'
import { nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { fill, wordOf } from '../words/words.ts'
import { Listing } from './listing.tsx'
import { lifeWords } from './order-life-words.ts'

/** What is asked about ends of orders and nobody has answered, and whose it is now. */
export function RemindersSection() {
  const text = lifeWords()
  const clock = (instant: string) => formatClock(Date.parse(instant), nowMs.peek())
  return (
    <Listing<z.output<typeof orderReminderSchema>>
      label={text.reminders}
      path="/v1/order-reminders"
      empty={text.nothingAsked}
      keyOf={({ id }) => id}
      columns={[
        {
          name: text.order,
          cell: ({ protectionOrderId, reference }) => (
            <a href={`#/register/orders/${protectionOrderId}`}>{reference}</a>
          ),
        },
        { name: text.asks, cell: ({ task }) => wordOf(text.tasks, task) },
        {
          name: text.owner,
          cell: ({ audience, owner }) => (
            <>
              {text.audiences[audience]}
              {audience !== 'case-lead' ? (
                ''
              ) : owner === null ? (
                <strong class="fault">: {text.nobodyLeads}</strong>
              ) : (
                `: ${owner}`
              )}
            </>
          ),
        },
        {
          name: text.asked,
          cell: ({ askedCount, askAt, dueAt }) =>
            fill(text.askedSince, { n: askedCount, since: clock(dueAt), next: clock(askAt) }),
        },
        { name: text.endsAt, cell: ({ endsAt }) => clock(endsAt) },
      ]}
    />
  )
}
