import { Field } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { fill } from '../words/words.ts'
import { holdWords } from './holds-words.ts'
import type { CaseRetention } from './rows.ts'

/** Until when what of a case is kept, for what, and what has gone. */
export function KeptOf({ retention }: KeptProps) {
  const text = holdWords()
  return (
    <details class="kept">
      <summary>{text.keptTitle}</summary>
      {retention.isHeld ? (
        <p>
          <strong>{text.isHeld}</strong>
        </p>
      ) : null}
      <p class="hint">{fill(text.termsNote, { n: retention.termsVersion })}</p>
      <dl>
        {retention.purposes.map((purpose) => (
          <div key={purpose.purpose}>
            <dt>{text.purposes[purpose.purpose]}</dt>
            <dd>
              {untilOf(purpose)}
              {purpose.kept === null ? '' : ` ${text.keptElsewhere}`}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

type KeptProps = { readonly retention: CaseRetention }

function untilOf(purpose: CaseRetention['purposes'][number]): string {
  const text = holdWords()
  const { days, erasedAt, erasingSince, keptUntil } = purpose
  const time = (instant: string) => formatClock(Date.parse(instant), nowMs.peek())
  if (erasedAt !== null) return fill(text.erasedAt, { time: time(erasedAt) })
  if (erasingSince !== null) return fill(text.erasingSince, { time: time(erasingSince) })
  if (keptUntil === null) return days === null ? text.noEnd : text.whileItRuns
  return fill(text.keptUntil, { time: time(keptUntil) })
}

/** Asked by one and confirmed by another: what is gone does not come back. */
export function EraseForm({ id }: { readonly id: string }) {
  const text = holdWords()
  return (
    <details>
      <summary>{text.erase}</summary>
      <Form
        label={text.erase}
        keepAs={`erase ${id}`}
        submit={text.erase}
        send={(values) =>
          call('POST', `/v1/protection-orders/${id}/_erase`, {
            reason: textOf(values.get('reason')),
          })
        }
      >
        <p>{text.eraseNote}</p>
        <Field name="reason" label={text.why} hint={text.eraseWhy} autocomplete="off" />
      </Form>
    </details>
  )
}
