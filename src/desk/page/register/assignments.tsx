import { useState } from 'preact/hooks'
import { Field } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { instantOf, localTimeOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { Listing, type Column } from './listing.tsx'
import { deviceName, devicePath, personName, Picker } from './picker.tsx'
import type { Assignment } from './rows.ts'

/** Who wears what. Taking a device back is done at its row, and asks once. */
export function AssignmentsSection() {
  const [version, setVersion] = useState(0)
  const again = (): void => setVersion(version + 1)
  return (
    <>
      <details class="new">
        <summary>{registerWords().newAssignment}</summary>
        <NewAssignment onDone={again} />
      </details>
      <Listing
        label={registerWords().assignments}
        path="/v1/device-assignments"
        keyOf={({ id }) => id}
        columns={columns(again)}
        version={version}
      />
    </>
  )
}

function NewAssignment({ onDone }: { readonly onDone: () => void }) {
  const text = registerWords()
  return (
    <Form
      label={text.newAssignment}
      submit={text.give}
      send={(values) =>
        call('POST', '/v1/device-assignments', {
          deviceId: values.get('deviceId'),
          personId: values.get('personId'),
          validFrom: instantOf(values.get('validFrom')),
          validUntil: instantOf(values.get('validUntil')),
        })
      }
      onDone={onDone}
    >
      <Picker name="deviceId" label={text.serialNumber} path={devicePath} nameOf={deviceName} />
      <Picker
        name="personId"
        label={text.personReference}
        path="/v1/persons?reference="
        nameOf={personName}
      />
      <Field
        name="validFrom"
        label={text.from}
        type="datetime-local"
        defaultValue={localTimeOf(new Date(nowMs.peek()).toISOString())}
      />
      <Field name="validUntil" label={text.until} hint={text.untilHint} type="datetime-local" />
    </Form>
  )
}

function columns(again: () => void): readonly Column<Assignment>[] {
  const text = registerWords()
  const time = (instant: string) => formatClock(Date.parse(instant), nowMs.peek())
  return [
    { name: text.serialNumber, cell: ({ serialNumber }) => serialNumber },
    { name: text.personReference, cell: ({ personReference }) => personReference },
    { name: text.from, cell: ({ validFrom }) => time(validFrom) },
    {
      name: text.until,
      cell: ({ validUntil }) => (validUntil === null ? text.openEnded : time(validUntil)),
    },
    {
      name: text.act,
      cell: (assignment) =>
        assignment.validUntil === null ? <TakeBack assignment={assignment} again={again} /> : null,
    },
  ]
}

function TakeBack({
  assignment,
  again,
}: {
  readonly assignment: Assignment
  readonly again: () => void
}) {
  return (
    <details>
      <summary>{registerWords().takeBack}</summary>
      <Form
        label={registerWords().takeBack}
        submit={registerWords().takeBackNow}
        send={() => call('POST', `/v1/device-assignments/${assignment.id}/_end`, {})}
        onDone={again}
      >
        <p>{registerWords().takeBackNote}</p>
      </Form>
    </details>
  )
}
