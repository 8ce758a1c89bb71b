import { holdAuthorities } from '../../../core/model/retention-terms.ts'
import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { instantOf, textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { fill } from '../words/words.ts'
import { holdWords } from './holds-words.ts'
import { NotRead, useBody } from './listing.tsx'
import { EraseForm, KeptOf } from './retention.tsx'
import type { CaseRetention } from './rows.ts'

/** Who keeps a case from being erased, until when it is kept, and to ask that it is erased. */
export function HoldsOf({ id, isEnded }: HoldsProps) {
  const { body, fault, readAgain } = useBody<CaseRetention>(`/v1/protection-orders/${id}/retention`)
  if (body === null) return <NotRead fault={fault} />
  const text = holdWords()
  return (
    <section class="holds" aria-label={text.title}>
      <h4>{text.title}</h4>
      {body.holds.length === 0 ? <p>{text.none}</p> : null}
      <ul>
        {body.holds.map((hold) => (
          <Held key={hold.id} hold={hold} />
        ))}
      </ul>
      <details>
        <summary>{text.hold}</summary>
        <Form
          label={text.hold}
          submit={text.hold}
          send={(values) => call('POST', `/v1/protection-orders/${id}/_hold`, holdOf(values))}
          onDone={readAgain}
        >
          <Select
            name="heldFor"
            label={text.who}
            options={holdAuthorities.map((value) => ({ value, text: text.authorities[value] }))}
          />
          <Field name="reason" label={text.why} autocomplete="off" />
          <Field name="documentReference" label={text.document} autocomplete="off" />
          <Field name="until" label={text.until} type="datetime-local" />
        </Form>
      </details>
      <KeptOf retention={body} />
      {isEnded ? <EraseForm id={id} /> : null}
    </section>
  )
}

type HoldsProps = { readonly id: string; readonly isEnded: boolean }

function Held({ hold }: { readonly hold: CaseRetention['holds'][number] }) {
  const text = holdWords()
  const clock = (instant: string) => formatClock(Date.parse(instant), nowMs.peek())
  const isOver = hold.releasedAt !== null || Date.parse(hold.until) <= nowMs.peek()
  return (
    <li>
      {fill(text.held, { who: text.authorities[hold.heldFor], until: clock(hold.until) })}
      {hold.releasedAt === null
        ? ''
        : ` · ${fill(text.released, { time: clock(hold.releasedAt) })}`}{' '}
      <q>{hold.reason}</q>
      {isOver ? null : (
        <details>
          <summary>{text.release}</summary>
          <Form
            label={text.release}
            keepAs={`release ${hold.id}`}
            submit={text.release}
            send={(values) =>
              call('POST', `/v1/retention-holds/${hold.id}/_release`, {
                reason: textOf(values.get('reason')),
              })
            }
          >
            <p>{text.releaseNote}</p>
            <Field name="reason" label={text.why} autocomplete="off" />
          </Form>
        </details>
      )}
    </li>
  )
}

function holdOf(values: FormData): object {
  return Object.fromEntries(
    [
      ['heldFor', textOf(values.get('heldFor'))],
      ['reason', textOf(values.get('reason'))],
      ['documentReference', textOf(values.get('documentReference'))],
      ['until', instantOf(values.get('until'))],
    ].filter(([, value]) => value !== undefined),
  ) as object
}
