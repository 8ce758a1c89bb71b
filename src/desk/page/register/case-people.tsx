import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { instantOf, textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { fill } from '../words/words.ts'
import { casePeopleWords } from './case-people-words.ts'
import { Listing, NotRead, useBody } from './listing.tsx'
import type { CaseOfOrder, CasePeople, CaseRole } from './rows.ts'

/** Who leads a case and whom the protected person asks, each with a stand-in; what is missing. */
export function CasePeopleOf({ id }: { readonly id: string }) {
  const path = `/v1/protection-orders/${id}/case-people`
  const { body, fault, readAgain } = useBody<CasePeople>(path)
  if (body === null) return <NotRead fault={fault} />
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
          <Screened key={one.id} one={one} />
        ))}
      </ul>
      {body.screenings.length < 2 ? null : (
        <details>
          <summary>{text.before}</summary>
          <ul>
            {body.screenings.slice(1).map((one) => (
              <Screened key={one.id} one={one} />
            ))}
          </ul>
        </details>
      )}
      <details>
        <summary>{text.screen}</summary>
        <Screen id={id} authors={body.authors} onDone={readAgain} />
      </details>
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

function Screened({ one }: { readonly one: CasePeople['screenings'][number] }) {
  const text = casePeopleWords()
  const clock = (instant: string) => formatClock(Date.parse(instant), nowMs.peek())
  const about = {
    time: clock(one.screenedAt),
    outcome: text.outcomes[one.outcome],
    author: one.authorName ?? one.authorId,
    due: clock(one.nextDueAt),
  }
  return (
    <li>
      {fill(text.screening, { instrument: one.instrument.toUpperCase() })}:{' '}
      {fill(text.screened, about)}
      {one.documentReference === null ? '' : ` · ${one.documentReference}`}
    </li>
  )
}

/** Whoever was not trained on that day is refused, at their name. */
function Screen({ id, authors, onDone }: ScreenProps) {
  const text = casePeopleWords()
  return (
    <Form
      label={text.screen}
      submit={text.screen}
      send={(values) => call('POST', `/v1/protection-orders/${id}/screenings`, screeningOf(values))}
      onDone={onDone}
    >
      <Field name="screenedAt" label={text.screenedAt} type="datetime-local" />
      <Select
        name="authorId"
        label={text.author}
        hint={text.authorHint}
        chosen={oneself}
        options={[
          { value: oneself, text: text.oneself },
          ...authors.map(({ staffId, name, validUntil }) => ({
            value: staffId,
            text: fill(text.trainedUntil, {
              name,
              time: formatClock(Date.parse(validUntil), nowMs.peek()),
            }),
          })),
        ]}
      />
      <Select
        name="outcome"
        label={text.concern}
        options={(['low', 'moderate', 'high'] as const).map((value) => ({
          value,
          text: text.outcomes[value],
        }))}
      />
      <Field name="nextDueAt" label={text.nextDueAt} type="datetime-local" />
      <Field name="documentReference" label={text.document} autocomplete="off" />
    </Form>
  )
}

type ScreenProps = {
  readonly id: string
  readonly authors: CasePeople['authors']
  readonly onDone: () => void
}

function screeningOf(values: FormData): object {
  const authorId = textOf(values.get('authorId'))
  return {
    instrument: 'sash',
    screenedAt: instantOf(values.get('screenedAt')),
    ...(authorId === oneself ? {} : { authorId }),
    outcome: textOf(values.get('outcome')),
    nextDueAt: instantOf(values.get('nextDueAt')),
    documentReference: textOf(values.get('documentReference')),
  }
}

const oneself = 'oneself'

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
