import { useState } from 'preact/hooks'
import { householdRelations } from '../../../core/model/contract-words.ts'
import { Field, Select, type Option } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { instantOf, numberOf, textOf } from '../form/values.ts'
import { call, type Order } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { fill } from '../words/words.ts'
import { householdWords } from './household-words.ts'
import { NotRead, useBody } from './listing.tsx'
import { MoveQuestions } from './move-questions.tsx'
import type { Case, Household, Person } from './rows.ts'

/** Who lives with whom, and who has moved: read by a click, as that is on record. */
export function HouseholdOf({ order }: { readonly order: Order }) {
  const [isOpen, setIsOpen] = useState(false)
  const text = householdWords()
  return (
    <section class="household" aria-label={text.title}>
      <h4>{text.title}</h4>
      <p>{text.note}</p>
      {isOpen ? (
        <Opened order={order} />
      ) : (
        <button type="button" onClick={() => setIsOpen(true)}>
          {text.open}: {text.title}
        </button>
      )}
    </section>
  )
}

function Opened({ order }: { readonly order: Order }) {
  const path = `/v1/protection-orders/${order.id}`
  const { body, fault, readAgain } = useBody<Household>(`${path}/household`)
  const { body: people, fault: caseFault } = useBody<Case>(`${path}/case`)
  if (body === null || people === null) return <NotRead fault={fault ?? caseFault} />
  const text = householdWords()
  const ids = new Set([order.offenderId, ...order.proximityBans.map(({ victimId }) => victimId)])
  const named = [...people.offenders, ...people.victims].filter(({ id }) => ids.has(id))
  const nameOf = (id: string): string => named.find((one) => one.id === id)?.reference ?? id
  const options = named.map(({ id, reference }) => ({ value: id, text: reference }))
  return (
    <>
      {body.links.length + body.relocations.length === 0 ? <p>{text.none}</p> : null}
      <ul>
        {body.links.map((link) => (
          <Linked key={link.id} link={link} nameOf={nameOf} onDone={readAgain} />
        ))}
        {body.relocations.map((move) => (
          <li key={move.id}>
            {fill(text.moved, {
              person: nameOf(move.personId),
              time: clock(move.movedAt),
              old: move.oldAddress?.text ?? text.unknown,
              next: move.newAddress?.text ?? text.unknown,
            })}
          </li>
        ))}
      </ul>
      <MoveQuestions questions={body.questions} onDone={readAgain} />
      <LinkForm path={path} people={options} onDone={readAgain} />
      <MoveForm order={order} people={options} onDone={readAgain} />
    </>
  )
}

function clock(instant: string): string {
  return formatClock(Date.parse(instant), nowMs.peek())
}

function Linked({ link, nameOf, onDone }: LinkedProps) {
  const text = householdWords()
  const about = {
    person: nameOf(link.personId),
    member: link.memberReference ?? link.memberId ?? text.unknown,
    relation: text.relations[link.relation],
    since: clock(link.since),
  }
  const label = `${text.end}: ${about.member}`
  return (
    <li>
      {fill(text.link, about)}
      {link.until === null ? (
        <details>
          <summary>{label}</summary>
          <Form
            label={label}
            keepAs={`end ${link.id}`}
            submit={text.end}
            send={(values) =>
              call('POST', `/v1/household-links/${link.id}/_end`, {
                until: instantOf(values.get('until')),
              })
            }
            onDone={onDone}
          >
            <Field name="until" label={text.ended} type="datetime-local" />
          </Form>
        </details>
      ) : (
        `, ${fill(text.until, { until: clock(link.until) })}`
      )}
    </li>
  )
}

type LinkedProps = {
  readonly link: Household['links'][number]
  readonly nameOf: (id: string) => string
  readonly onDone: () => void
}

type KeepProps = { readonly people: readonly Option[]; readonly onDone: () => void }

function LinkForm({ path, people, onDone }: KeepProps & { readonly path: string }) {
  const text = householdWords()
  return (
    <details>
      <summary>{text.keepLink}</summary>
      <Form
        label={text.keepLink}
        submit={text.keepLink}
        send={(values) => call('POST', `${path}/household-links`, linkOf(values))}
        onDone={onDone}
      >
        <Select name="personId" label={text.who} options={people} />
        <Field
          name="memberReference"
          label={text.member}
          hint={text.memberHint}
          at="/memberId"
          autocomplete="off"
        />
        <Select
          name="relation"
          label={text.relation}
          options={householdRelations.map((value) => ({ value, text: text.relations[value] }))}
        />
        <Field name="since" label={text.since} type="datetime-local" />
      </Form>
    </details>
  )
}

function linkOf(values: FormData): object {
  return withoutGaps({
    personId: textOf(values.get('personId')),
    memberReference: textOf(values.get('memberReference')),
    relation: textOf(values.get('relation')),
    since: instantOf(values.get('since')),
  })
}

/** An order of areas alone names nobody whom it protects: there the move of anybody is kept. */
function MoveForm({ order, people, onDone }: KeepProps & { readonly order: Order }) {
  const isForAreas = order.proximityBans.length === 0
  const others = useBody<{ readonly items: readonly Person[] }>(
    isForAreas ? '/v1/persons?role=victim&limit=200' : null,
  ).body
  const more = (others?.items ?? []).map(({ id, reference }) => ({ value: id, text: reference }))
  const text = householdWords()
  return (
    <details>
      <summary>{text.keepMove}</summary>
      <Form
        label={text.keepMove}
        submit={text.keepMove}
        send={(values) => {
          const personId = textOf(values.get('personId')) ?? ''
          return call('POST', `/v1/persons/${personId}/relocations`, {
            ...moveOf(values),
            protectionOrderId: order.id,
          })
        }}
        onDone={onDone}
      >
        <Select
          name="personId"
          label={text.who}
          options={[...people, ...more]}
          chosen={people[0]?.value ?? ''}
        />
        <Field name="movedAt" label={text.movedAt} type="datetime-local" />
        {(['old', 'new'] as const).map((side) => (
          <fieldset key={side}>
            <legend>{side === 'old' ? text.oldAddress : text.newAddress}</legend>
            <Field
              name={`${side}Text`}
              label={side === 'old' ? text.oldAddress : text.newAddress}
              {...(side === 'old' ? { hint: text.oldHint } : {})}
              at={`/${side}Address/text`}
              autocomplete="off"
            />
            <Field
              name={`${side}Longitude`}
              label={text.longitude}
              at={`/${side}Address/longitude`}
              inputMode="decimal"
              autocomplete="off"
            />
            <Field
              name={`${side}Latitude`}
              label={text.latitude}
              at={`/${side}Address/latitude`}
              inputMode="decimal"
              autocomplete="off"
            />
          </fieldset>
        ))}
      </Form>
    </details>
  )
}

function moveOf(values: FormData): object {
  const addressOf = (side: 'old' | 'new'): object | undefined => {
    const address = withoutGaps({
      text: textOf(values.get(`${side}Text`)),
      longitude: numberOf(values.get(`${side}Longitude`)),
      latitude: numberOf(values.get(`${side}Latitude`)),
    })
    return Object.keys(address).length === 0 ? undefined : address
  }
  return withoutGaps({
    movedAt: instantOf(values.get('movedAt')),
    oldAddress: addressOf('old'),
    newAddress: addressOf('new'),
  })
}

function withoutGaps(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
