import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { textOf } from '../form/values.ts'
import { call, type Order } from '../net/api.ts'
import { fill, language, words } from '../words/words.ts'
import { householdWords } from './household-words.ts'
import { NotRead, useBody } from './listing.tsx'
import type { Case } from './rows.ts'

/** Which orders are one case with this one, and how each protected person stands. */
export function CaseOrdersOf({ order }: { readonly order: Order }) {
  const path = `/v1/protection-orders/${order.id}`
  const { body, fault, readAgain } = useBody<Case>(`${path}/case`)
  if (body === null) return <NotRead fault={fault} />
  const text = householdWords()
  const referenceOf = (id: string): string =>
    body.orders.find((one) => one.id === id)?.reference ?? id
  const nameOf = (risk: Case['orders'][number]['riskProfile']): string =>
    risk === null ? text.noRisk : risk.name[language.value]
  return (
    <section class="case-orders" aria-label={text.caseTitle}>
      <h4>{text.caseTitle}</h4>
      {body.caseId === null ? <p>{text.alone}</p> : null}
      <ul>
        {body.orders.map((one) => (
          <li key={one.id}>
            {one.id === order.id ? (
              one.reference
            ) : (
              <a href={`#/register/orders/${one.id}`}>{one.reference}</a>
            )}
            {body.caseId === null ? null : `: ${text.risk} ${nameOf(one.riskProfile)}`}
          </li>
        ))}
        <li>
          {text.bound}: {body.offenders.map(({ reference }) => reference).join(', ')}
        </li>
        {body.victims.flatMap(({ id, protection, reference }) =>
          protection.map(({ protectionOrderId, state }) => (
            <li key={`${id} ${protectionOrderId}`}>
              {fill(text.protectedBy, {
                name: reference,
                state: words().protectionStates[state],
                order: referenceOf(protectionOrderId),
              })}
            </li>
          )),
        )}
      </ul>
      <details>
        <summary>{body.caseId === null ? text.join : text.leave}</summary>
        {body.caseId === null ? (
          <JoinForm path={path} id={order.id} onDone={readAgain} />
        ) : (
          <Form
            label={text.leave}
            submit={text.leave}
            send={() => call('POST', `${path}/_leave-case`)}
            onDone={readAgain}
          >
            {null}
          </Form>
        )}
      </details>
    </section>
  )
}

function JoinForm({ path, id, onDone }: JoinProps) {
  const { body } = useBody<{ readonly items: readonly Order[] }>('/v1/protection-orders?limit=200')
  const text = householdWords()
  return (
    <Form
      label={text.join}
      submit={text.join}
      send={(values) =>
        call('POST', `${path}/_join-case`, {
          withOrderId: textOf(values.get('withOrderId')),
          handOverNote: textOf(values.get('handOverNote')),
        })
      }
      onDone={onDone}
    >
      <p>{text.joinNote}</p>
      <Select
        name="withOrderId"
        label={text.other}
        options={(body?.items ?? [])
          .filter((one) => one.id !== id && one.status !== 'ended')
          .map((one) => ({ value: one.id, text: one.reference }))}
      />
      <Field
        name="handOverNote"
        label={text.handOver}
        hint={text.handOverHint}
        autocomplete="off"
      />
    </Form>
  )
}

type JoinProps = { readonly path: string; readonly id: string; readonly onDone: () => void }
