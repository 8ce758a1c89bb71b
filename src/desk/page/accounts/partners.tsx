import type { z } from 'zod'
import { useState } from 'preact/hooks'
import { partnerKinds } from '../../../core/model/contract-words.ts'
import type { apiClientSchema } from '../../../schemas/api-client.ts'
import type { createdPartnerSchema } from '../../../schemas/partner.ts'
import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { Listing, useBody, type Column } from '../register/listing.tsx'
import { partnerColumns } from '../register/partners.tsx'
import { partnerWords } from '../register/partner-words.ts'
import type { Partner } from '../register/rows.ts'
import { OnceShown } from './once-shown.tsx'

type NewPartner = z.output<typeof createdPartnerSchema>
type Token = z.output<typeof apiClientSchema>

/** Whom the organisation has told: registered and ended here, each confirmed by a supervisor. */
export function PartnersKept() {
  const [version, setVersion] = useState(0)
  const [made, setMade] = useState<NewPartner | null>(null)
  const text = partnerWords()
  const again = (): void => setVersion(version + 1)
  return (
    <>
      {made?.secret == null ? null : (
        <OnceShown
          title={made.name}
          note={text.secretNote}
          secret={made.secret}
          until={null}
          onRead={() => setMade(null)}
        />
      )}
      <details class="new">
        <summary>{text.newPartner}</summary>
        <PartnerForm
          onDone={(partner) => {
            setMade(partner)
            again()
          }}
        />
      </details>
      <Listing
        label={text.title}
        path="/v1/partners"
        empty={text.empty}
        keyOf={({ id }) => id}
        columns={columns(again)}
        version={version}
      />
    </>
  )
}

function PartnerForm({ onDone }: { readonly onDone: (partner: NewPartner) => void }) {
  const text = partnerWords()
  const tokens = useBody<{ items: readonly Token[] }>('/v1/api-clients?limit=200').body?.items ?? []
  return (
    <Form<NewPartner>
      label={text.newPartner}
      submit={text.make}
      send={(values) =>
        call('POST', '/v1/partners', {
          kind: values.get('kind'),
          name: values.get('name'),
          apiClientId: values.get('apiClientId'),
          url: textOf(values.get('url')),
          onBreach: values.get('onBreach'),
          receiptWithinMinutes: Number(values.get('receiptWithinMinutes')),
        })
      }
      onDone={onDone}
    >
      <Select
        name="kind"
        label={text.kind}
        options={partnerKinds.map((value) => ({ value, text: text.kinds[value] }))}
      />
      <Field name="name" label={text.name} autocomplete="off" />
      <Select
        name="apiClientId"
        label={text.token}
        hint={text.tokenHint}
        options={tokens
          .filter(({ role, revokedAt }) => role === 'partner' && revokedAt === null)
          .map(({ id, name }) => ({ value: id, text: name }))}
      />
      <Field name="url" label={text.url} hint={text.urlHint} autocomplete="off" />
      <Field name="onBreach" label={text.onBreach} hint={text.onBreachHint} autocomplete="off" />
      <Field name="receiptWithinMinutes" label={text.withinMinutes} defaultValue="60" />
    </Form>
  )
}

function columns(again: () => void): readonly Column<Partner>[] {
  const text = partnerWords()
  return [
    ...partnerColumns(),
    { name: text.status, cell: ({ status }) => text.statuses[status] },
    {
      name: text.handled,
      cell: ({ id, name, status }) =>
        status === 'ended' || status === 'ending' ? null : (
          <Form
            label={`${text.endIt}: ${name}`}
            submit={text.endIt}
            send={() => call('POST', `/v1/partners/${id}/_end`)}
            onDone={again}
          >
            <p>{text.endNote}</p>
          </Form>
        ),
    },
  ]
}
