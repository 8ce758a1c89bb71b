import { Field } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { textOf } from '../form/values.ts'
import type { Assessment } from '../register/rows.ts'
import { assessWords } from './assess-words.ts'
import { kept } from './draft.ts'
import { Progress, useLongAnswer } from './long-answer.tsx'
import { bodyOf, type Question } from './question.ts'
import { path } from './use-answer.ts'

/** Stores question, answer and both pages of the advice, and shows where they open. */
export function KeepForm({ question }: { readonly question: Question }) {
  const text = assessWords()
  const long = useLongAnswer()
  return (
    <section class="keep" aria-labelledby="keep-title">
      <h3 id="keep-title">{text.keepTitle}</h3>
      {kept.value?.of === question ? (
        <div role="status">
          <p>{text.keptNow}</p>
          <AdviceLinks id={kept.value.id} />
        </div>
      ) : (
        <Form<Assessment>
          label={text.keepTitle}
          submit={text.keep}
          send={async (values) => {
            const label = textOf(values.get('label'))
            const body = keptBodyOf(question)
            const outcome = await long.ask(label === undefined ? body : { ...body, label })
            return outcome === 'stopped' ? { kind: 'unsent' } : outcome
          }}
          onDone={({ id }) => {
            if (id !== null) kept.value = { id, of: question }
          }}
        >
          <Field name="label" label={text.keepLabel} hint={text.keepHint} autocomplete="off" />
        </Form>
      )}
      <Progress {...long} />
    </section>
  )
}

/** As whole as an advice can be: with other bans beside it, and the calls of an ordinary life. */
export function keptBodyOf(question: Question) {
  return { ...bodyOf(question), keep: true, compare: true, measure: true }
}

/** Each opens by itself, because opening it is a reading that is recorded. */
export function AdviceLinks({ id }: { readonly id: string }) {
  const text = assessWords()
  return (
    <ul class="editions">
      {(['court', 'file'] as const).map((edition) => (
        <li key={edition}>
          <a href={`${path}/${id}/advice?edition=${edition}`} target="_blank" rel="noopener">
            {text.advice} {text.editions[edition]}
          </a>
        </li>
      ))}
    </ul>
  )
}
