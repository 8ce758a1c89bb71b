import type { z } from 'zod'
import { useState } from 'preact/hooks'
import type { proposalSchema } from '../../../schemas/proposal.ts'
import { Field } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { Listing, type Column } from '../register/listing.tsx'
import { nowMs } from '../state/desk.ts'
import { me } from '../state/session.ts'
import { formatClock } from '../words/times.ts'
import { fill, wordOf } from '../words/words.ts'
import { nameOfChange, valueOfChange } from './change-text.ts'
import { proposalWords } from './proposal-words.ts'

type Proposal = z.output<typeof proposalSchema>

/** What one person asked for and would weaken protection: another one confirms or refuses it. */
export function ProposalsPage() {
  const [version, setVersion] = useState(0)
  const text = proposalWords()
  const again = (): void => setVersion(version + 1)
  return (
    <section aria-labelledby="proposals-title">
      <h1 id="proposals-title">{text.title}</h1>
      <p>{text.note}</p>
      {(['open', 'in-force'] as const).map((status) => (
        <section key={status} aria-label={text.statuses[status]}>
          <h2>{text.statuses[status]}</h2>
          <Listing
            label={text.statuses[status]}
            path={`/v1/proposals?status=${status}`}
            keyOf={({ id }) => id}
            columns={columns(again)}
            empty={text.none}
            version={version}
          />
        </section>
      ))}
    </section>
  )
}

function columns(again: () => void): readonly Column<Proposal>[] {
  const text = proposalWords()
  return [
    { name: text.what, cell: (proposal) => <What proposal={proposal} /> },
    { name: text.reason, cell: ({ reason }) => reason ?? '–' },
    {
      name: text.asked,
      cell: ({ proposedAt, proposedBy }) => (
        <>
          {formatClock(Date.parse(proposedAt), nowMs.peek())}
          {proposedBy === me.value?.id ? <strong> · {text.byYou}</strong> : null}
        </>
      ),
    },
    {
      name: text.expires,
      cell: ({ expiresAt }) => formatClock(Date.parse(expiresAt), nowMs.peek()),
    },
    { name: text.decide, cell: (proposal) => <Decision proposal={proposal} again={again} /> },
  ]
}

function What({ proposal }: { readonly proposal: Proposal }) {
  const { act, protectionOrderId, changes } = proposal
  const name = wordOf(proposalWords().acts, act)
  return (
    <>
      {protectionOrderId !== null && me.value?.roles.includes('supervisor') === true ? (
        <a href={`#/register/orders/${protectionOrderId}`}>{name}</a>
      ) : (
        <strong>{name}</strong>
      )}
      <ul>
        {changes.map(({ what, before, after }) => (
          <li key={what}>
            {nameOfChange(what)}: {valueOfChange(what, before)} → {valueOfChange(what, after)}
          </li>
        ))}
      </ul>
    </>
  )
}

/** Whoever asked can take it back and never confirm it: that is the other person's. */
function Decision({ proposal, again }: DecisionProps) {
  const text = proposalWords()
  const isOwn = proposal.proposedBy === me.value?.id
  const path = `/v1/proposals/${proposal.id}`
  const refusal = isOwn ? text.takeBack : text.refuse
  return (
    <>
      {isOwn ? null : (
        <details>
          <summary>{text.confirm}</summary>
          <Form
            label={text.confirm}
            keepAs={`confirm ${proposal.id}`}
            submit={text.confirm}
            isGrave
            send={(values) => {
              const note = textOf(values.get('note'))
              return call('POST', `${path}/_confirm`, note === undefined ? {} : { note })
            }}
            onDone={again}
          >
            <p>{fill(text.confirmNote, { time: formatClock(nowMs.peek(), nowMs.peek()) })}</p>
            <Field name="note" label={text.noteLabel} autocomplete="off" />
          </Form>
        </details>
      )}
      <details>
        <summary>{refusal}</summary>
        <Form
          label={refusal}
          keepAs={`refuse ${proposal.id}`}
          submit={refusal}
          send={(values) => call('POST', `${path}/_refuse`, { note: textOf(values.get('note')) })}
          onDone={again}
        >
          <Field name="note" label={text.why} autocomplete="off" />
        </Form>
      </details>
    </>
  )
}

type DecisionProps = { readonly proposal: Proposal; readonly again: () => void }
