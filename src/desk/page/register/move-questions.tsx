import { useRef, useState } from 'preact/hooks'
import { moveAnswers } from '../../../core/model/contract-words.ts'
import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { fill } from '../words/words.ts'
import { householdWords } from './household-words.ts'
import { Listing, useBody } from './listing.tsx'
import { lifeWords } from './order-life-words.ts'
import type { AskedMove, MoveQuestion } from './rows.ts'

/** What is asked after moves, of every case; without addresses. */
export function MovesSection() {
  const [version, setVersion] = useState(0)
  const text = householdWords()
  return (
    <Listing<MoveQuestion>
      label={text.questionsTitle}
      path="/v1/relocation-questions"
      empty={text.noQuestions}
      keyOf={({ id }) => id}
      version={version}
      columns={[
        {
          name: text.reference,
          cell: ({ protectionOrderId, reference }) => (
            <a href={`#/register/orders/${protectionOrderId}`}>{reference}</a>
          ),
        },
        { name: text.what, cell: whatIn },
        { name: text.asked, cell: ({ audience }) => lifeWords().audiences[audience] },
        { name: text.due, cell: ({ dueAt }) => dueIn(dueAt) },
        {
          name: text.answer,
          cell: (question) => (
            <AnswerForm question={question} onDone={() => setVersion(version + 1)} />
          ),
        },
      ]}
    />
  )
}

/** Those of one case, answered ones too. */
export function MoveQuestions({ questions, onDone }: QuestionsProps) {
  const text = householdWords()
  if (questions.length === 0) return null
  return (
    <>
      <h5>{text.questions}</h5>
      <ul>
        {questions.map((question) => (
          <li key={question.id}>
            {whatIn(question)}
            {question.answer === null && !question.isOver ? (
              <>
                {' '}
                · {lifeWords().audiences[question.audience]} · {dueIn(question.dueAt)}
                <AnswerForm question={question} onDone={onDone} />
              </>
            ) : (
              ` · ${stateIn(question)}`
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

type QuestionsProps = {
  readonly questions: readonly MoveQuestion[]
  readonly onDone: () => void
}

function whatIn({ about, because }: MoveQuestion): string {
  const text = householdWords()
  return `${text.subjects[about]}: ${text.reasons[because]}`
}

function stateIn({ answer, note }: MoveQuestion): string {
  const text = householdWords()
  if (answer === null) return text.over
  return `${fill(text.answered, { answer: text.answers[answer] })} (${note ?? ''})`
}

function dueIn(dueAt: string): string {
  return formatClock(Date.parse(dueAt), nowMs.peek())
}

function AnswerForm({ question, onDone }: AnswerProps) {
  const text = householdWords()
  const label = `${text.answer}: ${whatIn(question)}`
  return (
    <details>
      <summary>{text.answer}</summary>
      <Addresses question={question} />
      <Form
        label={label}
        keepAs={`answer ${question.id}`}
        submit={text.answer}
        send={(values) =>
          call('POST', `/v1/relocation-questions/${question.id}/_answer`, {
            answer: textOf(values.get('answer')),
            note: textOf(values.get('note')),
          })
        }
        onDone={onDone}
      >
        <Select
          name="answer"
          label={text.answer}
          options={moveAnswers.map((value) => ({ value, text: text.answers[value] }))}
        />
        <Field name="note" label={text.why} hint={text.whyHint} autocomplete="off" />
      </Form>
    </details>
  )
}

type AnswerProps = { readonly question: MoveQuestion; readonly onDone: () => void }

/** Where they lived and live now: read by a click, as that is on record. */
function Addresses({ question }: Pick<AnswerProps, 'question'>) {
  const [isOpen, setIsOpen] = useState(false)
  const { body, fault } = useBody<AskedMove>(
    isOpen ? `/v1/relocation-questions/${question.id}` : null,
  )
  const holder = useRef<HTMLDivElement>(null)
  const text = householdWords()
  const open = (): void => {
    setIsOpen(true)
    // The button goes: whoever has no mouse would begin again at the top of the page.
    holder.current?.focus()
  }
  return (
    <div ref={holder} role="status" tabIndex={-1}>
      {isOpen ? null : (
        <button type="button" onClick={open}>
          {text.addresses}
        </button>
      )}
      {fault === null ? null : <p>{text.addressesNote}</p>}
      {body === null ? null : <p>{movedIn(body)}</p>}
    </div>
  )
}

function movedIn({ relocation: { newAddress, oldAddress } }: AskedMove): string {
  const text = householdWords()
  const told = { old: oldAddress?.text ?? text.unknown, next: newAddress?.text ?? text.unknown }
  return fill(text.movedFrom, told)
}
