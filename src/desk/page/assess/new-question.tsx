import { Said } from '../net/said.tsx'
import { useRef } from 'preact/hooks'
import { defaultLimits } from '../../../core/model/limits.ts'
import { Faulted } from '../form/form.tsx'
import type { LocationBan } from '../net/api.ts'
import { areaBodyOf } from '../register/area.ts'
import { shownBanOf } from '../register/ban-draft.ts'
import type { Assessment } from '../register/rows.ts'
import { registerWords } from '../words/register/words.ts'
import { fill, words } from '../words/words.ts'
import { Alternatives } from './alternatives.tsx'
import { AnswerView } from './answer-view.tsx'
import { assessWords } from './assess-words.ts'
import { Compare } from './compare.tsx'
import { changeQuestion, pace, placing, question } from './draft.ts'
import { KeepForm } from './keep-form.tsx'
import { MakeOrder } from './make-order.tsx'
import { bodyOf, emptyQuestion, isAskable, type Question } from './question.ts'
import { PoliceTime } from './police-time.tsx'
import { QuestionFields } from './question-form.tsx'
import { useAnswer, type Answering } from './use-answer.ts'

/** A question beside its answer, which follows every change. */
export function NewQuestion() {
  const text = assessWords()
  const { value } = question
  const answering = useAnswer(bodyOf(value), isAskable(value), pace.value)
  return (
    <div class="beside">
      <form
        class="form"
        aria-label={text.newQuestion}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          answering.askNow()
        }}
      >
        <Faulted faults={answering.faults}>
          <QuestionFields shown={shownOf(value)} />
        </Faulted>
        <p class="send">
          <button type="submit">{text.ask}</button>
          <button type="button" class="quiet" onClick={beginAnew}>
            {text.empty}
          </button>
        </p>
      </form>
      <Answered answering={answering} />
    </div>
  )
}

function beginAnew(): void {
  placing.value = null
  pace.value = 'keys'
  question.value = emptyQuestion
}

/** The ban as far as it can be drawn. */
function shownOf({ kind, area, approachMeters }: Question): LocationBan {
  const isOnMap = kind === 'circle' || kind === 'drawn'
  const width = Number(
    approachMeters === '' ? defaultLimits.approachMetersDefault : approachMeters.replace(',', '.'),
  )
  return shownBanOf({
    label: null,
    ...(isOnMap ? areaBodyOf({ ...area, kind }) : { geometry: undefined }),
    approachMeters: width,
  })
}

function Answered({ answering }: { readonly answering: Answering }) {
  const text = assessWords()
  const { answer, isFresh } = answering
  const last = useRef<{ readonly of: Question; readonly assessment: Assessment } | null>(null)
  if (isFresh && answer !== null && last.current?.assessment !== answer.assessment)
    last.current = { of: question.value, assessment: answer.assessment }
  const shown = last.current
  return (
    <aside aria-label={text.answer} class="answer" tabIndex={0}>
      <h2>{text.answer}</h2>
      <p role="status" class={answering.detail === null ? '' : 'fault'}>
        <Said text={stateOf(answering)} />
      </p>
      {shown === null || answer === null ? null : (
        <div class={isFresh ? 'fresh' : 'stale'} aria-busy={!isFresh}>
          <AnswerView assessment={answer.assessment} />
          <PoliceTime policeTime={answer.assessment.policeTime} />
          <p class="hint took" data-took-ms={Math.round(answer.tookMs)}>
            {fill(text.took, { ms: Math.round(answer.tookMs) })}
          </p>
          <Compare
            question={shown.of}
            assessment={shown.assessment}
            takeOver={(next) => changeQuestion(next, 'hand')}
          />
          {isFresh ? (
            <>
              <Alternatives question={shown.of} takeOver={(next) => changeQuestion(next, 'hand')} />
              <KeepForm question={shown.of} />
              <MakeOrder question={shown.of} />
            </>
          ) : null}
        </div>
      )}
    </aside>
  )
}

/** In one sentence, as somebody hears it who does not see the page. */
function stateOf({ answer, isFresh, isAsking, detail }: Answering): string {
  const text = assessWords()
  if (isFresh && answer !== null) return registerWords().verdicts[answer.assessment.verdict]
  if (detail !== null)
    return fill(text.notAnswered, { detail: detail === '' ? words().connecting : detail })
  if (!isAsking) return text.notYet
  return answer === null ? text.askingFirst : text.asking
}
