import { useState } from 'preact/hooks'
import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { Listing, type Column } from './listing.tsx'
import { SearchForm } from './search.tsx'
import type { Person } from './rows.ts'
import { VictimPage } from './victim-file.tsx'
import { victimWords } from './victim-words.ts'

export function PersonsSection({ rest: [id] }: { readonly rest: readonly string[] }) {
  const [version, setVersion] = useState(0)
  const [reference, setReference] = useState('')
  if (id !== undefined) return <VictimPage id={id} />
  return (
    <>
      <details class="new">
        <summary>{registerWords().newPerson}</summary>
        <NewPerson onDone={() => setVersion(version + 1)} />
      </details>
      <SearchForm label={registerWords().searchReference} onSearch={setReference} />
      <Listing
        label={registerWords().persons}
        path={`/v1/persons?reference=${encodeURIComponent(reference)}`}
        keyOf={({ id }) => id}
        columns={columns()}
        version={version}
      />
    </>
  )
}

function NewPerson({ onDone }: { readonly onDone: () => void }) {
  const roles = registerWords().personRoles
  return (
    <Form
      label={registerWords().newPerson}
      submit={registerWords().register}
      send={(values) =>
        call('POST', '/v1/persons', {
          role: values.get('role'),
          reference: values.get('reference'),
        })
      }
      onDone={onDone}
    >
      <Select
        name="role"
        label={registerWords().role}
        options={(['offender', 'victim'] as const).map((value) => ({ value, text: roles[value] }))}
      />
      <Field
        name="reference"
        label={registerWords().reference}
        hint={registerWords().neverAName}
        autocomplete="off"
      />
    </Form>
  )
}

function columns(): readonly Column<Person>[] {
  const text = registerWords()
  return [
    { name: text.reference, cell: (person) => person.reference },
    { name: text.role, cell: (person) => text.personRoles[person.role] },
    {
      name: text.registeredAt,
      cell: (person) => formatClock(Date.parse(person.createdAt), nowMs.peek()),
    },
    { name: text.phone, cell: (person) => <Phone person={person} /> },
    {
      name: victimWords().title,
      cell: ({ id, role, reference }) =>
        role === 'victim' ? (
          <a href={`#/register/persons/${id}`} aria-label={`${victimWords().open}: ${reference}`}>
            {victimWords().open}
          </a>
        ) : (
          '–'
        ),
    },
  ]
}

/** Set here and never shown here: whoever has an alert about them sees it, and that is recorded. */
function Phone({ person: { id, reference } }: { readonly person: Person }) {
  const text = registerWords()
  return (
    <details>
      <summary aria-label={`${text.setPhone}: ${reference}`}>{text.setPhone}</summary>
      <Form
        label={`${text.setPhone}: ${reference}`}
        submit={text.save}
        send={(values) =>
          call('PUT', `/v1/persons/${id}/phone`, { phone: textOf(values.get('phone')) ?? null })
        }
      >
        <Field name="phone" label={text.phone} hint={text.phoneNote} autocomplete="off" />
      </Form>
    </details>
  )
}
