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
  const isBegun = question.value !== emptyQuestion
  return (
    <>
      <p>{text.note}</p>
      <p>
        <a class="button" href="#/assessments/new">
          {isBegun ? text.goOn : text.newQuestion}
        </a>
      </p>
      <h2>{text.kept}</h2>
      <p class="hint">{text.adviceNote}</p>
      <Listing
        label={text.kept}
        path={path}
        keyOf={({ id }) => id}
        columns={columns()}
        empty={text.noneKept}
      />
    </>
  )
}

function columns(): readonly Column<Kept>[] {
  const text = assessWords()
  return [
    { name: text.ofCase, cell: ({ label }) => label },
    { name: text.verdict, cell: ({ verdict }) => wordOf(registerWords().verdicts, verdict) },
    { name: text.madeAt, cell: ({ madeAt }) => formatClock(Date.parse(madeAt), nowMs.peek()) },
    { name: text.advice, cell: ({ id }) => <AdviceLinks id={id} /> },
    {
      name: text.answer,
      cell: ({ id }) => <a href={`#/assessments/${id}`}>{text.showAnswer}</a>,
    },
  ]
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
