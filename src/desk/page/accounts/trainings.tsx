import type { z } from 'zod'
import type { trainingsSchema } from '../../../schemas/case.ts'
import type { staffSchema } from '../../../schemas/staff.ts'
import { Field } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { instantOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { Listing, useBody } from '../register/listing.tsx'
import { nowMs } from '../state/desk.ts'
import { me } from '../state/session.ts'
import { accountWords } from '../words/accounts/words.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { fill } from '../words/words.ts'

type Staff = z.output<typeof staffSchema>

/** Who was trained for a screening: whoever administers keeps it, and not of themselves. */
export function TrainingsSection({ rest }: { readonly rest: readonly string[] }) {
  const [id] = rest
  if (id !== undefined) return <TrainingsOf id={id} />
  const text = accountWords()
  return (
    <Listing<Staff>
      label={text.trainings}
      path="/v1/staff"
      keyOf={(staff) => staff.id}
      columns={[
        {
          name: text.displayName,
          cell: (staff) => <a href={`#/accounts/trainings/${staff.id}`}>{staff.displayName}</a>,
        },
        {
          name: text.roles,
          cell: ({ roles }) => roles.map((role) => text.roleNames[role]).join(', ') || '–',
        },
      ]}
    />
  )
}

function TrainingsOf({ id }: { readonly id: string }) {
  const path = `/v1/staff/${id}/trainings`
  const { body, fault, readAgain } = useBody<z.output<typeof trainingsSchema>>(path)
  const staff = useBody<Staff>(`/v1/staff/${id}`).body
  const text = accountWords()
  return (
    <>
      <p>
        <a href="#/accounts/trainings">← {text.trainings}</a>
      </p>
      <h3>{staff?.displayName ?? '…'}</h3>
      {fault === null ? null : (
        <p class="fault" role="alert">
          {fill(registerWords().notRead, { detail: fault })}
        </p>
      )}
      {body === null ? null : <Trained trainings={body.items} />}
      {id === me.value?.id ? (
        <p>
          <em>{text.yourself}</em>
        </p>
      ) : (
        <Form
          label={text.keepTraining}
          submit={text.keepTraining}
          send={(values) =>
            call('POST', path, {
              instrument: 'sash',
              trainedAt: instantOf(values.get('trainedAt')),
              validUntil: instantOf(values.get('validUntil')),
            })
          }
          onDone={readAgain}
        >
          <Field name="trainedAt" label={text.trainedAt} type="datetime-local" />
          <Field name="validUntil" label={text.trainedUntil} type="datetime-local" />
        </Form>
      )}
    </>
  )
}

function Trained({ trainings }: { readonly trainings: z.output<typeof trainingsSchema>['items'] }) {
  const text = accountWords()
  const clock = (instant: string) => formatClock(Date.parse(instant), nowMs.peek())
  if (trainings.length === 0) return <p class="empty">{text.untrained}</p>
  return (
    <ul>
      {trainings.map(({ id, trainedAt, validUntil }) => {
        const isOver = Date.parse(validUntil) <= nowMs.peek()
        const about = { from: clock(trainedAt), until: clock(validUntil) }
        return (
          <li key={id} class={isOver ? 'fault' : ''}>
            {fill(isOver ? text.wasTrained : text.isTrained, about)}
          </li>
        )
      })}
    </ul>
  )
}
