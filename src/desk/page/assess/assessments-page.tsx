import { useState } from 'preact/hooks'
import { Field } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { Said } from '../net/said.tsx'
import type { z } from 'zod'
import type { keptAssessmentSchema } from '../../../schemas/kept-assessment.ts'
import { Listing, useBody, type Column } from '../register/listing.tsx'
import type { Assessment } from '../register/rows.ts'
import { address, nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { fill, wordOf } from '../words/words.ts'
import { AnswerView } from './answer-view.tsx'
import { assessWords } from './assess-words.ts'
import { question } from './draft.ts'
import { AdviceLinks } from './keep-form.tsx'
import { NewQuestion } from './new-question.tsx'
import { emptyQuestion } from './question.ts'
import { path } from './use-answer.ts'

type Kept = z.output<typeof keptAssessmentSchema>

/** Whether a ban can be enforced, asked before a court imposes it, and what was kept of that. */
export function AssessmentsPage() {
  const text = assessWords()
  const [, , part] = address.value.split('/')
  return (
    <section class="assessments" aria-labelledby="assessments-title">
      <h1 id="assessments-title">{text.title}</h1>
      {part === undefined || part === '' ? (
        <KeptList />
      ) : (
        <>
          <p>
            <a href="#/assessments">← {text.back}</a>
          </p>
          {part === 'new' ? <NewQuestion /> : <KeptAnswer id={part} />}
        </>
      )}
    </section>
  )
}

function KeptList() {
  const text = assessWords()
  const [version, setVersion] = useState(0)
  const isBegun = question.value !== emptyQuestion
  return (
    <>
      <p>{text.note}</p>
      <p>
        <a class="button" href="#/assessments/new">
          {isBegun ? text.goOn : text.newQuestion}
        </a>
      </p>
      <details>
        <summary>{text.propose}</summary>
        <p class="hint">{text.proposeNote}</p>
        <Form
          label={text.propose}
          submit={text.propose}
          send={(values) =>
            call('POST', `${path}/_propose`, { label: textOf(values.get('label')) })
          }
          onDone={() => setVersion(version + 1)}
        >
          <Field name="label" label={text.ofCase} autocomplete="off" />
        </Form>
      </details>
      <h2>{text.kept}</h2>
      <p class="hint">{text.adviceNote}</p>
      <Listing
        label={text.kept}
        path={path}
        keyOf={({ id }) => id}
        columns={columns(() => setVersion(version + 1))}
        empty={text.noneKept}
        version={version}
      />
    </>
  )
}

function columns(onDeclined: () => void): readonly Column<Kept>[] {
  const text = assessWords()
  return [
    { name: text.ofCase, cell: ({ label }) => label },
    {
      name: text.verdict,
      cell: ({ verdict }) =>
        isAssessed(verdict) ? wordOf(registerWords().verdicts, verdict) : text.notAssessed,
    },
    { name: text.madeAt, cell: ({ madeAt }) => formatClock(Date.parse(madeAt), nowMs.peek()) },
    {
      name: text.became,
      cell: (kept) => <Became kept={kept} onDeclined={onDeclined} />,
    },
    {
      name: text.advice,
      cell: ({ id, verdict }) => (isAssessed(verdict) ? <AdviceLinks id={id} /> : null),
    },
    {
      name: text.answer,
      cell: ({ id, verdict }) =>
        isAssessed(verdict) ? <a href={`#/assessments/${id}`}>{text.showAnswer}</a> : null,
    },
  ]
}

function isAssessed(verdict: string): boolean {
  return verdict !== 'not-assessed'
}

/** The order that was made with it, why there is none, or the way to say so. */
function Became({ kept, onDeclined }: { readonly kept: Kept; readonly onDeclined: () => void }) {
  const text = assessWords()
  const { declineReason, id, label, orderReference, protectionOrderId, state } = kept
  if (protectionOrderId !== null) {
    return (
      <a href={`#/register/orders/${protectionOrderId}`}>
        {fill(text.states.imposed, { order: orderReference ?? '' })}
      </a>
    )
  }
  if (state === 'declined') {
    return <>{fill(text.states.declined, { reason: declineReason ?? text.erased })}</>
  }
  return (
    <details>
      <summary>{text.states[state === 'proposed' ? 'proposed' : 'assessed']}</summary>
      <Form
        label={`${text.decline}: ${label}`}
        submit={text.decline}
        send={(values) =>
          call('POST', `${path}/${id}/_decline`, { reason: textOf(values.get('reason')) })
        }
        onDone={onDeclined}
      >
        <Field name="reason" label={text.declineWhy} autocomplete="off" />
      </Form>
    </details>
  )
}

/** As it was answered on its day. */
function KeptAnswer({ id }: { readonly id: string }) {
  const text = assessWords()
  const { body, fault } = useBody<Assessment>(`${path}/${id}`)
  if (fault !== null) {
    return (
      <p class="fault" role="alert">
        <Said text={fill(registerWords().notRead, { detail: fault })} />
      </p>
    )
  }
  if (body === null) return <p role="status">{registerWords().reading}</p>
  return (
    <>
      <h2>{text.answer}</h2>
      <p class="hint">{text.recorded}</p>
      <AdviceLinks id={id} />
      <AnswerView assessment={body} />
    </>
  )
}
