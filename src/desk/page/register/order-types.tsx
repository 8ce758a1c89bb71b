import { registerWords } from '../words/register/words.ts'
import { fill, language, wordOf } from '../words/words.ts'
import { NotRead, useBody } from './listing.tsx'
import { lifeWords } from './order-life-words.ts'
import { OrderTypeForm } from './order-type-form.tsx'
import { orderTypeWords, termIn } from './order-type-words.ts'
import { riskWords } from './risk-words.ts'
import type { OrderType } from './rows.ts'

/** What is known of each kind of order, and how sure we are; a lawyer changes it here. */
export function OrderTypesSection() {
  const { body, fault, readAgain } = useBody<{ readonly items: readonly OrderType[] }>(
    '/v1/order-types',
  )
  const text = orderTypeWords()
  return (
    <>
      <p>{text.note}</p>
      <NotRead fault={fault} />
      {(body?.items ?? []).map((row) => (
        <section key={row.legalBasis} aria-label={registerWords().bases[row.legalBasis]}>
          <h3>
            {registerWords().bases[row.legalBasis]} (
            {row.version === 0 ? text.delivered : fill(text.version, { version: row.version })})
          </h3>
          <Facts row={row} />
          <OrderTypeForm row={row} onDone={readAgain} />
        </section>
      ))}
    </>
  )
}

type Shown = { readonly row: OrderType }

function Facts({ row }: Shown) {
  const text = orderTypeWords()
  const { confidences } = riskWords()
  const { afterEnd, afterExtension, reviewEvery } = row
  const sure = Object.entries(row.confidence).map(
    ([of, one]) => `${wordOf(text.confidenceOf, of)} ${confidences[one]}`,
  )
  const facts: readonly (readonly [string, string | readonly string[]])[] = [
    [text.statute, row.statute],
    [text.term, termIn(row.term)],
    [text.extensionTerm, termIn(row.extensionTerm)],
    [text.extensionCountMax, String(row.extensionCountMax ?? text.none)],
    [text.maximum, termIn(row.maximum)],
    [text.extendedBy, row.extendedBy.map((one) => lifeWords().deciders[one]).join(', ')],
    [text.reminders, row.reminders.map(stepIn)],
    ...(afterExtension === null
      ? []
      : ([[text.afterExtension, afterExtension.map(stepIn)]] as const)),
    ...(reviewEvery === null
      ? []
      : ([
          [
            text.reviewEvery,
            fill(text.review, { term: termIn(reviewEvery.every), ...askedIn(reviewEvery) }),
          ],
        ] as const)),
    [text.afterEnd, fill(text.after, askedIn(afterEnd))],
    [text.confidence, sure.join(', ')],
  ]
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          {[value].flat().map((one) => (
            <dd key={one}>{one}</dd>
          ))}
        </div>
      ))}
      <div>
        <dt>{text.source}</dt>
        <dd>
          {language.value === 'nl' && row.sourceNl !== null ? (
            row.sourceNl
          ) : (
            <q lang="en">{row.source}</q>
          )}
        </dd>
      </div>
    </dl>
  )
}

function stepIn(step: OrderType['reminders'][number]): string {
  const text = orderTypeWords()
  const { everyHours, priority } = step
  return [
    fill(text.step, { term: termIn(step.before), ...askedIn(step) }),
    everyHours === null ? '' : fill(text.stepEvery, { n: everyHours }),
    priority === 'P3' ? '' : fill(text.stepUrgent, { priority }),
  ].join('')
}

function askedIn({ answerWithinHours, task, to }: OrderType['afterEnd']) {
  const { audiences, tasks } = lifeWords()
  return { who: audiences[to], task: wordOf(tasks, task), hours: answerWithinHours }
}
