import { useState } from 'preact/hooks'
import { Field } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { call } from '../net/api.ts'
import { Listing } from '../register/listing.tsx'
import type { Vendor } from '../register/rows.ts'
import { nowMs } from '../state/desk.ts'
import { accountWords } from '../words/accounts/words.ts'
import { formatClock } from '../words/times.ts'

/** Whose devices may report here. */
export function VendorsSection() {
  const [version, setVersion] = useState(0)
  const text = accountWords()
  return (
    <>
      <details class="new">
        <summary>{text.newVendor}</summary>
        <Form
          label={text.newVendor}
          submit={text.make}
          send={(values) => call('POST', '/v1/vendors', { name: values.get('name') })}
          onDone={() => setVersion(version + 1)}
        >
          <Field name="name" label={text.vendorName} autocomplete="off" />
        </Form>
      </details>
      <Listing<Vendor>
        label={text.vendors}
        path="/v1/vendors"
        keyOf={({ id }) => id}
        columns={[
          { name: text.vendorName, cell: ({ name }) => name },
          {
            name: text.madeAt,
            cell: ({ createdAt }) => formatClock(Date.parse(createdAt), nowMs.peek()),
          },
        ]}
        version={version}
      />
    </>
  )
}
