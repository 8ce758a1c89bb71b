import { Chosen } from '../form/fields.tsx'
import { assessWords } from './assess-words.ts'
import type { Known } from './question.ts'

/** Yes, no, or not known, which is what it is to begin with. */
export function Answered({ at, label, value, change }: AnsweredProps) {
  const text = assessWords()
  return (
    <Chosen
      at={at}
      label={label}
      options={(['unknown', 'yes', 'no'] as const).map((known) => ({
        value: known,
        text: text.answers[known],
      }))}
      value={value}
      change={(known) => change(known as Known)}
    />
  )
}

type AnsweredProps = {
  readonly at: string
  readonly label: string
  readonly value: Known
  readonly change: (known: Known) => void
}
