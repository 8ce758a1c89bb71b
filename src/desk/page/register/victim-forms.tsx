import { tellingChannels, tellingDaysMax, tellingTopics } from '../../../core/model/tell-victim.ts'
import { Field, Group, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { instantOf, textOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import type { VictimFile } from './rows.ts'
import { fill } from '../words/words.ts'
import { victimWords } from './victim-words.ts'

export function ConsentForm({ id, onDone }: Kept & { readonly id: string }) {
  const text = victimWords()
  return (
    <details>
      <summary>{text.keepConsent}</summary>
      <Form
        label={text.keepConsent}
        keepAs={`consent ${id}`}
        submit={text.keepConsent}
        send={(values) => {
          const said = textOf(values.get('isGiven'))
          const body = said === undefined ? {} : { isGiven: said === 'yes' }
          return call('POST', `/v1/persons/${id}/consents`, body)
        }}
        onDone={onDone}
      >
        <p>{text.consentNote}</p>
        <Select
          name="isGiven"
          label={text.says}
          options={(['yes', 'no'] as const).map((value) => ({ value, text: text.saying[value] }))}
        />
      </Form>
    </details>
  )
}

export function WishesForm({ file, onDone }: Kept & { readonly file: VictimFile }) {
  const text = victimWords()
  const { personId, wishes } = file
  return (
    <details>
      <summary>{text.keepWishes}</summary>
      <Form
        label={text.keepWishes}
        keepAs={`wishes ${personId}`}
        submit={text.keepWishes}
        send={(values) => call('PUT', `/v1/persons/${personId}/wishes`, wishesOf(values))}
        onDone={onDone}
      >
        <Select
          name="channel"
          label={text.channel}
          options={tellingChannels.map((value) => ({ value, text: text.channels[value] }))}
          {...(wishes === null ? {} : { chosen: wishes.channel })}
        />
        <Field
          name="from"
          at="/hours/from"
          label={text.from}
          autocomplete="off"
          defaultValue={wishes?.hours?.from ?? ''}
        />
        <Field
          name="until"
          at="/hours/until"
          label={text.until}
          autocomplete="off"
          defaultValue={wishes?.hours?.until ?? ''}
        />
        <Group legend={text.topic} at="/topics">
          {tellingTopics.map((topic) => (
            <label key={topic} class="box">
              <input
                type="checkbox"
                name="topics"
                value={topic}
                defaultChecked={wishes?.topics.includes(topic) ?? topic === 'danger'}
              />{' '}
              {text.topics[topic]}
            </label>
          ))}
        </Group>
        <Field
          name="language"
          label={text.languageCode}
          autocomplete="off"
          defaultValue={wishes?.language ?? 'nl'}
        />
      </Form>
    </details>
  )
}

function wishesOf(values: FormData): object {
  const [from, until] = [textOf(values.get('from')), textOf(values.get('until'))]
  return {
    channel: textOf(values.get('channel')),
    hours: from === undefined && until === undefined ? null : { from, until },
    topics: values.getAll('topics'),
    language: textOf(values.get('language')),
  }
}

export function TellingForm({ id, alertId, onDone }: TellingProps) {
  const text = victimWords()
  const topics = tellingTopics.filter((topic) => alertId !== null || topic !== 'danger')
  return (
    <details>
      <summary>{text.tell}</summary>
      <Form
        label={text.tell}
        keepAs={`telling ${id} ${alertId}`}
        submit={text.tell}
        send={(values) => call('POST', `/v1/persons/${id}/tellings`, tellingOf(values, alertId))}
        onDone={onDone}
      >
        <p>
          {text.tellNote} {alertId === null ? text.tellDanger : ''}
        </p>
        <Select
          name="topic"
          label={text.topic}
          options={topics.map((value) => ({ value, text: text.topics[value] }))}
        />
        <Select
          name="channel"
          label={text.channel}
          options={tellingChannels
            .filter((value) => value !== 'none')
            .map((value) => ({ value, text: text.channels[value] }))}
        />
        <Field
          name="toldAt"
          label={text.toldAt}
          type="datetime-local"
          hint={fill(text.toldAtHint, { n: tellingDaysMax })}
        />
        <Field name="phone" label={text.phone} autocomplete="off" />
        <Select
          name="outcome"
          label={text.outcome}
          options={(['reached', 'sent', 'no-answer'] as const).map((value) => ({
            value,
            text: text.outcomes[value],
          }))}
        />
        <Field name="reason" label={text.reason} hint={text.reasonHint} autocomplete="off" />
      </Form>
    </details>
  )
}

function tellingOf(values: FormData, alertId: string | null): object {
  return {
    topic: textOf(values.get('topic')),
    channel: textOf(values.get('channel')),
    phone: textOf(values.get('phone')),
    outcome: textOf(values.get('outcome')),
    reason: textOf(values.get('reason')),
    ground: 'desk',
    toldAt: instantOf(values.get('toldAt')),
    ...(alertId === null ? {} : { alertId }),
  }
}

/** What they say they saw: the desk is called at once. */
export function SightingForm({ id }: { readonly id: string }) {
  const text = victimWords()
  return (
    <details>
      <summary>{text.keepSighting}</summary>
      <Form
        label={text.keepSighting}
        keepAs={`sighting ${id}`}
        submit={text.keepSighting}
        send={(values) =>
          call('POST', `/v1/persons/${id}/sightings`, {
            kind: textOf(values.get('kind')),
            seenAt: instantOf(values.get('seenAt')),
            note: textOf(values.get('note')),
          })
        }
      >
        <p>{text.sightingNote}</p>
        <Select
          name="kind"
          label={text.sighting}
          options={(['seen', 'contacted', 'other'] as const).map((value) => ({
            value,
            text: text.sightings[value],
          }))}
        />
        <Field name="seenAt" label={text.seenAt} type="datetime-local" />
        <Field name="note" label={text.inTheirWords} autocomplete="off" />
      </Form>
    </details>
  )
}

type Kept = { readonly onDone: () => void }
type TellingProps = Kept & { readonly id: string; readonly alertId: string | null }
