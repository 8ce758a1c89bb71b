import { useState } from 'preact/hooks'
import { Field } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { refusalInDutch } from '../net/refusal-words.ts'
import { Said } from '../net/said.tsx'
import { nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { fill, language, wordOf } from '../words/words.ts'
import { decisionWords } from './decision-words.ts'
import { Listing } from './listing.tsx'
import type { Decision } from './rows.ts'

/** Decisions as they came, what became of each, and why where nothing did. */
export function DecisionsSection() {
  const [version, setVersion] = useState(0)
  const text = decisionWords()
  return (
    <Listing<Decision>
      label={text.title}
      path="/v1/decisions"
      empty={text.nothing}
      keyOf={({ id }) => id}
      version={version}
      columns={[
        {
          name: text.from,
          cell: ({ documentReference, source }) =>
            `${wordOf(text.sources, source)} · ${documentReference}`,
        },
        {
          name: text.act,
          cell: ({ act, protectionOrderId }) =>
            protectionOrderId === null ? (
              wordOf(text.acts, act)
            ) : (
              <a href={`#/register/orders/${protectionOrderId}`}>{wordOf(text.acts, act)}</a>
            ),
        },
        { name: text.status, cell: (decision) => <Status decision={decision} /> },
        { name: text.why, cell: (decision) => <Why decision={decision} /> },
        {
          name: text.setAside,
          cell: (decision) =>
            decision.waitsSince === null ? (
              decision.setAsideReason
            ) : (
              <SetAside decision={decision} onDone={() => setVersion(version + 1)} />
            ),
        },
      ]}
    />
  )
}

type Shown = { readonly decision: Decision }

function Status({ decision: { status, waitsSince } }: Shown) {
  const text = decisionWords()
  if (waitsSince === null) return <>{text.statuses[status]}</>
  const time = formatClock(Date.parse(waitsSince), nowMs.peek())
  return (
    <strong class="fault">
      {text.statuses[status]} · {fill(text.waits, { time })}
    </strong>
  )
}

function Why({ decision: { missing } }: Shown) {
  return (
    <ul>
      {missing.map((fault) => (
        <li key={`${fault.pointer} ${fault.code}`}>
          <Said text={inWords(fault)} />
        </li>
      ))}
    </ul>
  )
}

/** What this page has words for is said in them; else the server's own, said to be English. */
function inWords({ code, detail, pointer }: Decision['missing'][number]): string {
  const text = decisionWords()
  const name = pointer.split('/').findLast((part) => part in text.fields)
  const known = text.codes[code]
  if (known !== undefined && name !== undefined) return `${known}: ${wordOf(text.fields, name)}`
  return language.value === 'nl' ? refusalInDutch(code, detail) : detail
}

function SetAside({ decision, onDone }: Shown & { readonly onDone: () => void }) {
  const text = decisionWords()
  return (
    <details>
      <summary>{text.setAside}</summary>
      <Form
        label={`${text.setAside}: ${decision.documentReference}`}
        submit={text.setAside}
        send={(values) =>
          call('POST', `/v1/decisions/${decision.id}/_set-aside`, {
            reason: textOf(values.get('reason')),
          })
        }
        onDone={onDone}
      >
        <Field name="reason" label={text.reason} hint={text.setAsideNote} autocomplete="off" />
      </Form>
    </details>
  )
}
