import { useEffect, useState } from 'preact/hooks'
import { call, type Outcome } from '../net/api.ts'
import { language } from '../words/words.ts'
import { registerWords } from '../words/register/words.ts'
import type { Assessment } from './rows.ts'

/**
 * What the assessment says of one ban as it stands in the form: asked again when the ban has
 * rested, never at each key. What cannot be asked yet says so, and is never shown as in order.
 */
export function AssessmentOf({ title, question }: AssessmentOfProps) {
  const asked = JSON.stringify(question)
  const isAskable = isComplete(question)
  const [answer, setAnswer] = useState<{
    readonly asked: string
    readonly outcome: Outcome<Assessment>
  } | null>(null)
  useEffect(() => {
    if (!isAskable) return
    let isOver = false
    const wait = setTimeout(() => {
      const body = JSON.parse(asked) as object
      void call<Assessment>('POST', '/v1/enforceability-assessments', body).then((outcome) => {
        if (!isOver) setAnswer({ asked, outcome })
      })
    }, restMs)
    return () => {
      isOver = true
      clearTimeout(wait)
    }
  }, [asked, isAskable])
  const text = registerWords()
  const isOfThis = answer?.asked === asked
  return (
    <section class="assessment" aria-label={title}>
      <h4>{title}</h4>
      <div aria-live="polite">
        {!isAskable ? (
          <p>{text.notAssessable}</p>
        ) : !isOfThis ? (
          <p>{text.assessing}</p>
        ) : (
          <Answer outcome={answer.outcome} />
        )}
      </div>
    </section>
  )
}

/** The assessment that an order is made with, to be opened; opening it is recorded. */
export function AssessedWith({ id }: { readonly id: string }) {
  const text = registerWords()
  return (
    <p>
      <a href={`#/assessments/${id}`}>{text.assessedWith}</a>
    </p>
  )
}

type AssessmentOfProps = {
  readonly title: string
  readonly question: object
}

/** A ban without an area, or with half a circle, is not asked about. */
function isComplete(question: object): boolean {
  const { circle, geometry } = question as { readonly circle?: object; readonly geometry?: unknown }
  if (circle === undefined) return typeof geometry === 'object' && geometry !== null
  const sizes = Object.values(circle)
  return sizes.length === circleFieldCount && sizes.every(Number.isFinite)
}

const circleFieldCount = 3

/** Somebody who types rests this long between two words. */
const restMs = 800

function Answer({ outcome }: { readonly outcome: Outcome<Assessment> }) {
  const text = registerWords()
  if (outcome.kind !== 'done') {
    return <p>{outcome.kind === 'refused' ? text.notAssessable : text.assessing}</p>
  }
  const { verdict, checks, notAssessed } = outcome.body
  const wrong = checks.filter(({ result }) => result === 'red' || result === 'amber')
  const fine = checks.filter(({ result }) => result === 'green')
  return (
    <>
      <p class={`verdict ${verdict.toLowerCase()}`}>
        <strong>{text.verdicts[verdict]}</strong>
      </p>
      <ul>
        {wrong
          .toSorted((one, other) => Number(other.result === 'red') - Number(one.result === 'red'))
          .map((check) => (
            <li key={check.code}>
              <strong>
                {text.results[check.result]} {check.code}
              </strong>{' '}
              {language.value === 'nl' ? check.sentenceNl : check.sentence}
            </li>
          ))}
      </ul>
      <p>
        {text.results.green}: {fine.map(({ code }) => code).join(', ') || '–'} ·{' '}
        {text.results['not-assessed']}: {notAssessed.join(', ') || '–'}
      </p>
    </>
  )
}
