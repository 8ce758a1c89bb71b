import type { ComponentChildren } from 'preact'
import type { Assessment } from '../register/rows.ts'
import { registerWords } from '../words/register/words.ts'
import { fill, language } from '../words/words.ts'
import { titleOf } from './title-of.ts'
import { assessWords } from './assess-words.ts'
import { bodyOf, isComparable, withCounter, type Question } from './question.ts'
import { useAnswer } from './use-answer.ts'

/**
 * What was asked beside what is proposed instead: the proposal is asked about by itself, by the
 * same way, and what differs stands in a row.
 */
export function Compare({ question, assessment, takeOver }: CompareProps) {
  const text = assessWords()
  const { counterProposal } = assessment
  const reason =
    language.value === 'nl' ? assessment.counterProposalReasonNl : assessment.counterProposalReason
  return (
    <section class="compare" aria-labelledby="compare-title">
      <h3 id="compare-title">{text.counter}</h3>
      {counterProposal === null ? (
        <p>{text.noCounter}</p>
      ) : (
        <Beside
          question={question}
          assessment={assessment}
          counter={counterProposal}
          takeOver={takeOver}
        />
      )}
      {reason === null ? null : <p>{reason}</p>}
    </section>
  )
}

type CompareProps = {
  /** That was answered by this assessment. */
  readonly question: Question
  readonly assessment: Assessment
  readonly takeOver: (question: Question) => void
}

type Counter = NonNullable<Assessment['counterProposal']>

function Beside({ question, assessment, counter, takeOver }: BesideProps) {
  const text = assessWords()
  const proposed = withCounter(question, counter)
  const isAsked = isComparable(counter)
  const { answer, isFresh } = useAnswer(bodyOf(proposed), isAsked, 'keys')
  const other = isAsked && isFresh ? (answer?.assessment ?? null) : null
  return (
    <>
      <table aria-label={text.counter}>
        <thead>
          <tr>
            <th scope="col">{text.what}</th>
            <th scope="col">{text.asked}</th>
            <th scope="col">{text.proposed}</th>
          </tr>
        </thead>
        <tbody>
          {sizeRows(question, counter).map((row) => (
            <Row key={row.name} {...row} />
          ))}
          {other === null ? null : resultRows(assessment, other)}
        </tbody>
      </table>
      {isAsked ? other === null ? <p>{text.comparing}</p> : null : <p>{text.notCompared}</p>}
      <p>
        <button type="button" onClick={() => takeOver(proposed)}>
          {text.takeOver}
        </button>
      </p>
    </>
  )
}

type BesideProps = CompareProps & { readonly counter: Counter }

type RowProps = {
  readonly name: string
  readonly asked: ComponentChildren
  readonly proposed: ComponentChildren
}

function Row({ name, asked, proposed }: RowProps) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{asked}</td>
      <td>{asked === proposed ? assessWords().same : <strong>{proposed}</strong>}</td>
    </tr>
  )
}

/** What would be another number in the order. */
function sizeRows(question: Question, counter: Counter): readonly RowProps[] {
  const text = assessWords()
  const proposed = withCounter(question, counter)
  const meters = (value: string): string => (value === '' ? '–' : `${value} m`)
  const every = (value: string): string => (value === '' ? text.notKnown : `${value} s`)
  const size =
    counter.radiusMeters !== null
      ? {
          name: text.radius,
          asked: meters(question.area.radiusMeters),
          proposed: meters(proposed.area.radiusMeters),
        }
      : counter.separationMeters !== null
        ? {
            name: text.separation,
            asked: meters(question.separationMeters),
            proposed: meters(proposed.separationMeters),
          }
        : {
            name: text.inscribed,
            asked: text.asDrawn,
            proposed: fill(text.atLeast, { meters: counter.inscribedRadiusMeters ?? 0 }),
          }
  return [
    size,
    {
      name: text.approach,
      asked: meters(question.approachMeters),
      proposed: meters(proposed.approachMeters),
    },
    {
      name: text.reports,
      asked: every(question.reportIntervalSeconds),
      proposed: every(proposed.reportIntervalSeconds),
    },
  ]
}

/** What it would do: the verdict, each way of travelling, and the checks that change colour. */
function resultRows(asked: Assessment, proposed: Assessment) {
  const text = assessWords()
  const modes = asked.perTravelMode.map(({ mode, canDo }) => {
    const other = proposed.perTravelMode.find((one) => one.mode === mode)
    return (
      <Row
        key={mode}
        name={text.modes[mode]}
        asked={text.uses[canDo]}
        proposed={other === undefined ? '–' : text.uses[other.canDo]}
      />
    )
  })
  const checks = asked.checks.flatMap(({ code, result }) => {
    const other = proposed.checks.find((one) => one.code === code)
    if (other === undefined || other.result === result) return []
    return [
      <Row
        key={code}
        name={`${code} ${titleOf(code)}`}
        asked={text.groups[result]}
        proposed={text.groups[other.result]}
      />,
    ]
  })
  const { verdicts } = registerWords()
  return [
    <Row
      key="verdict"
      name={text.verdict}
      asked={verdicts[asked.verdict]}
      proposed={verdicts[proposed.verdict]}
    />,
    ...modes,
    ...checks,
  ]
}
