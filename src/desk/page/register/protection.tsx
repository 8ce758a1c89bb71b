import { useState } from 'preact/hooks'
import { nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { fill, wordOf, words } from '../words/words.ts'
import { Listing, type Column } from './listing.tsx'
import type { StateOfOrder } from './rows.ts'

/** Which orders protect now and which do not: the first look of a supervisor in the morning. */
export function ProtectionSection() {
  const [state, setState] = useState('degraded')
  const text = registerWords()
  return (
    <>
      <p class="choice" role="group" aria-label={text.protection}>
        {states.map((one) => (
          <button
            key={one}
            type="button"
            class={one === state ? '' : 'quiet'}
            aria-pressed={one === state}
            onClick={() => setState(one)}
          >
            {words().protectionStates[one]}
          </button>
        ))}
      </p>
      <Listing
        label={text.protection}
        path={`/v1/protection-states?state=${state}`}
        columns={columns()}
        empty={text.noneInState}
        keyOf={({ protectionOrderId }) => protectionOrderId}
      />
    </>
  )
}

/** What needs a look comes first. */
const states: readonly StateOfOrder['state'][] = ['unknown', 'degraded', 'protected']

function columns(): readonly Column<StateOfOrder>[] {
  const text = registerWords()
  return [
    {
      name: text.order,
      cell: ({ protectionOrderId, protectionOrderReference }) => (
        <a href={`#/register/orders/${protectionOrderId}`}>{protectionOrderReference}</a>
      ),
    },
    { name: text.why, cell: (row) => <Reasons state={row} /> },
    {
      name: text.changed,
      cell: ({ changedAt }) =>
        changedAt === null ? '–' : formatClock(Date.parse(changedAt), nowMs.peek()),
    },
  ]
}

/** What is wrong with the protection of one order, in words of the page. */
export function Reasons({ state }: { readonly state: StateOfOrder }) {
  return (
    <ul class="reasons">
      {state.reasons.map((reason) => (
        <li key={`${reason.code} ${reason.personId} ${reason.deviceId}`}>
          {whoseOf(reason)}
          {wordOf(registerWords().reasonCodes, reason.code)}
          {reason.since === null
            ? ''
            : ` · ${fill(words().since, { time: formatClock(Date.parse(reason.since), nowMs.peek()) })}`}
        </li>
      ))}
    </ul>
  )
}

/** A device that is missing is his or hers: two lines that read alike would hide which. */
function whoseOf({ subject }: StateOfOrder['reasons'][number]): string {
  const { personRoles } = registerWords()
  return subject === 'offender' || subject === 'victim' ? `${personRoles[subject]}: ` : ''
}
