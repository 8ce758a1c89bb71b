import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { fill } from '../words/words.ts'
import { casePeopleWords } from './case-people-words.ts'
import { Listing, useBody } from './listing.tsx'
import type { CaseOfOrder, CasePeople, CaseRole } from './rows.ts'

/** Who leads a case and whom the protected person asks, each with a stand-in; what is missing. */
export function CasePeopleOf({ id }: { readonly id: string }) {
  const path = `/v1/protection-orders/${id}/case-people`
  const { body, readAgain } = useBody<CasePeople>(path)
  if (body === null) return null
  const text = casePeopleWords()
  const now = body.roles.filter(({ until }) => until === null)
  return (
    <section class="case-people" aria-label={text.title}>
      <h4>{text.title}</h4>
      {body.gaps.length === 0 ? (
        <p>{text.whole}</p>
      ) : (
        <p class="fault">
          {text.missing}: {body.gaps.map((gap) => text.gaps[gap]).join('; ')}
        </p>
      )}
      <ul>
        {now.map((role) => (
          <Role key={role.id} role={role} />
        ))}
        {body.screenings.slice(0, 1).map((one) => (
          <li key={one.id}>
            {fill(text.screening, { instrument: one.instrument.toUpperCase() })}:{' '}
            {fill(text.screened, {
              time: formatClock(Date.parse(one.screenedAt), nowMs.peek()),
              outcome: text.outcomes[one.outcome],
              author: one.authorName ?? one.authorId,
              due: formatClock(Date.parse(one.nextDueAt), nowMs.peek()),
            })}
          </li>
        ))}
      </ul>
      <details>
        <summary>{text.give}</summary>
        <GiveRole path={`/v1/protection-orders/${id}/_give-role`} onDone={readAgain} />
      </details>
    </section>
  )
}

function Role({ role }: { readonly role: CaseRole }) {
  const text = casePeopleWords()
  const named = ({ name, phone, isHere }: CaseRole['holder']) =>
    `${name}${phone === null ? '' : `, ${phone}`}${isHere ? '' : ` (${text.gone})`}`
  return (
    <li>
      <strong>{text.roles[role.role]}</strong>: {named(role.holder)} · {text.standIn}:{' '}
      {named(role.standIn)}
      {role.handOverNote === null ? '' : ` · ${role.handOverNote}`}
    </li>
  )
}

function GiveRole({ path, onDone }: { readonly path: string; readonly onDone: () => void }) {
  const text = casePeopleWords()
  return (
    <Form
      label={text.give}
      submit={text.give}
      send={(values) => call('POST', path, bodyOf(values))}
      onDone={onDone}
    >
      <Select
        name="role"
        label={text.role}
        options={(['case-lead', 'contact-point'] as const).map((value) => ({
          value,
          text: text.roles[value],
        }))}
      />
      <Field name="name" label={text.holder} at="/holder" autocomplete="off" />
      <Field name="phone" label={text.phone} at="/holder/phone" autocomplete="off" />
      <Field name="standInName" label={text.standIn} at="/standIn" autocomplete="off" />
      <Field name="standInPhone" label={text.standInPhone} at="/standIn/phone" autocomplete="off" />
      <Field name="handOverNote" label={text.note} hint={text.noteHint} autocomplete="off" />
    </Form>
  )
}

function bodyOf(values: FormData): object {
  const given = (name: string, key: string): object => {
    const text = textOf(values.get(name))
    return text === undefined ? {} : { [key]: text }
  }
  return {
    ...given('role', 'role'),
    holder: { ...given('name', 'name'), ...given('phone', 'phone') },
    standIn: { ...given('standInName', 'name'), ...given('standInPhone', 'phone') },
    ...given('handOverNote', 'handOverNote'),
  }
}

/** The cases that nobody leads, or that lack something else. */
export function GapsSection() {
  const text = casePeopleWords()
  return (
    <Listing<CaseOfOrder>
      label={text.listTitle}
      path="/v1/case-gaps"
      empty={text.nothing}
      keyOf={({ protectionOrderId }) => protectionOrderId}
      columns={[
        {
          name: text.reference,
          cell: ({ protectionOrderId, reference }) => (
            <a href={`#/register/orders/${protectionOrderId}`}>{reference}</a>
          ),
        },
        {
          name: text.missing,
          cell: ({ gaps }) => gaps.map((gap) => text.gaps[gap]).join('; '),
        },
      ]}
    />
  )
}
