import type { z } from 'zod'
import { useState } from 'preact/hooks'
import { apiClientRoles } from '../../../core/model/contract-words.ts'
import type { apiClientSchema, createdApiClientSchema } from '../../../schemas/api-client.ts'
import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { instantOf, textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { Listing, useBody, type Column } from '../register/listing.tsx'
import type { Vendor } from '../register/rows.ts'
import { nowMs } from '../state/desk.ts'
import { accountWords } from '../words/accounts/words.ts'
import { formatClock } from '../words/times.ts'
import { OnceShown } from './once-shown.tsx'

type Token = z.output<typeof apiClientSchema>
type NewToken = z.output<typeof createdApiClientSchema>

/** What machines call with: who made each, when it ends, when it was last used. */
export function TokensSection() {
  const [version, setVersion] = useState(0)
  const [made, setMade] = useState<NewToken | null>(null)
  const text = accountWords()
  const staff = useBody<{ items: readonly Maker[] }>('/v1/staff?limit=200').body?.items ?? []
  const again = (): void => setVersion(version + 1)
  return (
    <>
      {made === null ? null : (
        <OnceShown
          title={made.name}
          note={text.tokenNote}
          secret={made.token}
          until={made.expiresAt}
          onRead={() => setMade(null)}
        />
      )}
      <details class="new">
        <summary>{text.newToken}</summary>
        <TokenForm
          onDone={(token) => {
            setMade(token)
            again()
          }}
        />
      </details>
      <Listing
        label={text.tokens}
        path="/v1/api-clients"
        keyOf={({ id }) => id}
        columns={columns(again, staff)}
        version={version}
      />
    </>
  )
}

function TokenForm({ onDone }: { readonly onDone: (token: NewToken) => void }) {
  const text = accountWords()
  const vendors = useBody<{ items: readonly Vendor[] }>('/v1/vendors?limit=200').body?.items ?? []
  return (
    <Form<NewToken>
      label={text.newToken}
      submit={text.make}
      isGrave
      send={(values) =>
        call('POST', '/v1/api-clients', {
          name: values.get('name'),
          role: values.get('role'),
          vendorId: textOf(values.get('vendorId')),
          deviceId: textOf(values.get('deviceId')),
          expiresAt: instantOf(values.get('expiresAt')),
        })
      }
      onDone={onDone}
    >
      <Field name="name" label={text.tokenName} autocomplete="off" />
      <Select
        name="role"
        label={text.role}
        options={apiClientRoles.map((value) => ({ value, text: text.roleNames[value] }))}
      />
      <Select
        name="vendorId"
        label={text.tokenVendor}
        hint={text.tokenVendorHint}
        options={vendors.map(({ id, name }) => ({ value: id, text: name }))}
      />
      <Field
        name="deviceId"
        label={text.tokenDevice}
        hint={text.tokenDeviceHint}
        autocomplete="off"
      />
      <Field name="expiresAt" label={text.ends} hint={text.endsHint} type="datetime-local" />
    </Form>
  )
}

function columns(again: () => void, staff: readonly Maker[]): readonly Column<Token>[] {
  const text = accountWords()
  const time = (instant: string | null, otherwise: string) =>
    instant === null ? otherwise : formatClock(Date.parse(instant), nowMs.peek())
  return [
    { name: text.tokenName, cell: ({ name }) => name },
    { name: text.role, cell: ({ role }) => text.roleNames[role] },
    { name: text.madeAt, cell: ({ createdAt }) => time(createdAt, '–') },
    { name: text.madeBy, cell: ({ createdBy }) => makerOf(createdBy, staff) },
    { name: text.ends, cell: ({ expiresAt }) => time(expiresAt, text.doesNotEnd) },
    { name: text.lastUsed, cell: ({ lastUsedAt }) => time(lastUsedAt, text.neverUsed) },
    {
      name: text.acts,
      cell: (token) =>
        token.revokedAt !== null ? (
          <strong>{text.revoked}</strong>
        ) : (
          <details>
            <summary>{text.revoke}</summary>
            <Form
              label={`${text.revoke}: ${token.name}`}
              submit={text.revoke}
              isGrave
              send={() => call('POST', `/v1/api-clients/${token.id}/_revoke`)}
              onDone={again}
            >
              <p>{text.revokeNote}</p>
            </Form>
          </details>
        ),
    },
  ]
}

/** A person of the staff; else the end of the id of the token that made it. */
function makerOf(id: string | null, staff: readonly Maker[]): string {
  if (id === null) return accountWords().theServer
  const person = staff.find((one) => one.id === id)
  return person?.displayName ?? `${accountWords().token} …${id.slice(-6)}`
}

type Maker = { readonly id: string; readonly displayName: string }
