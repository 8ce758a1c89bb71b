import type { z } from 'zod'
import { useState } from 'preact/hooks'
import { webhookEvents } from '../../../core/model/contract-words.ts'
import type {
  createdWebhookSubscriptionSchema,
  webhookSubscriptionSchema,
} from '../../../schemas/webhook.ts'
import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { Listing, useBody, type Column } from '../register/listing.tsx'
import type { Vendor } from '../register/rows.ts'
import { accountWords } from '../words/accounts/words.ts'
import { OnceShown } from './once-shown.tsx'

type Subscription = z.output<typeof webhookSubscriptionSchema>
type NewSubscription = z.output<typeof createdWebhookSubscriptionSchema>

/** Whom the server tells, and what could not be told. */
export function WebhooksSection() {
  const [version, setVersion] = useState(0)
  const [made, setMade] = useState<NewSubscription | null>(null)
  const text = accountWords()
  const again = (): void => setVersion(version + 1)
  const vendors = useBody<{ items: readonly Vendor[] }>('/v1/vendors?limit=200').body?.items ?? []
  return (
    <>
      {made === null ? null : (
        <OnceShown
          title={made.url}
          note={text.secretNote}
          secret={made.secret}
          until={null}
          onRead={() => setMade(null)}
        />
      )}
      <details class="new">
        <summary>{text.newWebhook}</summary>
        <Form<NewSubscription>
          label={text.newWebhook}
          submit={text.make}
          send={(values) =>
            call('POST', '/v1/webhook-subscriptions', {
              url: values.get('url'),
              events: [values.get('events')],
              vendorId: textOf(values.get('vendorId')),
            })
          }
          onDone={(subscription) => {
            setMade(subscription)
            again()
          }}
        >
          <Field name="url" label={text.url} hint={text.urlHint} autocomplete="off" />
          <Select
            name="events"
            label={text.tells}
            chosen="alerts"
            options={webhookEvents.map((value) => ({ value, text: text.eventNames[value] }))}
          />
          <Select
            name="vendorId"
            label={text.tokenVendor}
            hint={text.webhookVendorHint}
            options={vendors.map(({ id, name }) => ({ value: id, text: name }))}
          />
        </Form>
      </details>
      <Listing
        label={text.webhooks}
        path="/v1/webhook-subscriptions"
        keyOf={({ id }) => id}
        columns={columns(again)}
        version={version}
      />
    </>
  )
}

function columns(again: () => void): readonly Column<Subscription>[] {
  const text = accountWords()
  return [
    { name: text.url, cell: ({ url }) => url },
    { name: text.tells, cell: ({ events }) => events.map((one) => text.eventNames[one]).join() },
    {
      name: text.state,
      cell: ({ disabledAt, disabledReason }) =>
        disabledAt === null ? (
          text.isTold
        ) : (
          <>
            <strong>{text.ended}</strong> <span lang="en">{disabledReason}</span>
          </>
        ),
    },
    {
      name: text.undelivered,
      cell: ({ waitingCount, gaveUpCount, lastError }) => (
        <>
          {waitingCount + gaveUpCount === 0
            ? text.nothingWaits
            : `${waitingCount} + ${gaveUpCount}`}
          {lastError === null ? null : <span lang="en"> {lastError}</span>}
        </>
      ),
    },
    {
      name: text.acts,
      cell: ({ id, url, disabledAt }) =>
        disabledAt !== null ? null : (
          <details>
            <summary>{text.endWebhook}</summary>
            <Form
              label={`${text.endWebhook}: ${url}`}
              submit={text.endWebhook}
              send={() => call('DELETE', `/v1/webhook-subscriptions/${id}`)}
              onDone={again}
            >
              <p>{text.endWebhookNote}</p>
            </Form>
          </details>
        ),
    },
  ]
}
