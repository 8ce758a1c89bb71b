import { protocolSetNames } from '../../../core/model/protocol.ts'
import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { numberOf, textOf } from '../form/values.ts'
import { call, type Order } from '../net/api.ts'
import { registerWords } from '../words/register/words.ts'
import { fill, language } from '../words/words.ts'
import { NotRead, useBody } from './listing.tsx'
import { riskWords } from './risk-words.ts'
import type { RiskProfile } from './rows.ts'

/** How grave a case is, and what follows from it; chosen here. */
export function RiskOf({ order, onDone }: RiskProps) {
  const { body } = useBody<{ readonly items: readonly RiskProfile[] }>('/v1/risk-profiles')
  const text = riskWords()
  const { riskProfile } = order
  return (
    <section class="risk" aria-label={text.title}>
      <h4>{text.title}</h4>
      {riskProfile === null ? (
        <p>{text.none}</p>
      ) : (
        <p>
          <strong>
            {fill(text.chosen, {
              name: riskProfile.name[language.value],
              version: riskProfile.version,
            })}
          </strong>
          : {termsIn(riskProfile)}
        </p>
      )}
      {order.status === 'ended' || body === null ? null : (
        <details>
          <summary>{text.choose}</summary>
          <Form
            label={text.choose}
            submit={text.choose}
            send={(values) =>
              call(
                'POST',
                `/v1/protection-orders/${order.id}/_choose-risk-profile`,
                choiceOf(values),
              )
            }
            onDone={(_body, status) => {
              if (status !== 202) onDone()
            }}
          >
            <p>{text.note}</p>
            <Select
              name="profile"
              label={text.profile}
              options={[
                ...body.items.map((row) => ({
                  value: row.key,
                  text: `${row.name[language.value]}: ${termsIn(row)}`,
                })),
                { value: noProfile, text: text.nothing },
              ]}
            />
            <Field name="reason" label={text.why} autocomplete="off" />
            <Field name="documentReference" label={text.document} autocomplete="off" />
          </Form>
        </details>
      )}
    </section>
  )
}

type RiskProps = { readonly order: Order; readonly onDone: () => void }

/** Of no key: keys begin with a letter. */
const noProfile = '-'

function choiceOf(values: FormData): object {
  const profile = textOf(values.get('profile'))
  const reason = textOf(values.get('reason'))
  const documentReference = textOf(values.get('documentReference'))
  return {
    ...(profile === undefined ? {} : { profile: profile === noProfile ? null : profile }),
    ...(reason === undefined ? {} : { reason }),
    ...(documentReference === undefined ? {} : { documentReference }),
  }
}

/** What a profile adds, in words. */
function termsIn(terms: NonNullable<Order['riskProfile']> | RiskProfile): string {
  const text = riskWords()
  const { targets } = registerWords()
  const { alsoCalled, protocol, recallMinutesMax, reportIntervalSeconds } = terms
  const called = alsoCalled.map(({ afterSeconds, target }) =>
    fill(text.step, { target: targets[target], seconds: afterSeconds }),
  )
  const all = [
    reportIntervalSeconds === null ? null : fill(text.interval, { n: reportIntervalSeconds }),
    recallMinutesMax === null ? null : fill(text.recall, { n: recallMinutesMax }),
    called.length === 0 ? null : fill(text.called, { who: called.join(', ') }),
    protocol === null ? null : fill(text.steps, { name: text.protocols[protocol] }),
  ].filter((one) => one !== null)
  return all.length === 0 ? text.nothingAdded : all.join('; ')
}

/** The rows, with a form to change each, which a second supervisor confirms. */
export function RiskSection() {
  const { body, fault, readAgain } = useBody<{ readonly items: readonly RiskProfile[] }>(
    '/v1/risk-profiles',
  )
  const text = riskWords()
  return (
    <>
      <p>{text.changeNote}</p>
      <NotRead fault={fault} />
      {(body?.items ?? []).map((row) => (
        <section key={row.key} class="risk" aria-label={row.name[language.value]}>
          <h3>{fill(text.chosen, { name: row.name[language.value], version: row.version })}</h3>
          <p>{termsIn(row)}</p>
          <p>
            {text.source}: {sourceOf(row)} {text.confidence}: {confidencesIn(row)}.
          </p>
          <p>
            {text.behind}: {row.behindCount}
          </p>
          <ChangeRow row={row} onDone={readAgain} />
        </section>
      ))}
    </>
  )
}

/** Only the rows that are delivered have words in both languages. */
function sourceOf({ key, version, source }: RiskProfile): string {
  return (version === 0 ? riskWords().sources[key] : undefined) ?? source
}

function confidencesIn({ confidence }: RiskProfile): string {
  const known = [...new Set(Object.values(confidence))]
  return known.map((one) => riskWords().confidences[one]).join(', ')
}

function ChangeRow({ row, onDone }: { readonly row: RiskProfile; readonly onDone: () => void }) {
  const text = riskWords()
  const label = fill(text.change, { name: row.name[language.value] })
  const typed = (value: number | null): string => (value === null ? '' : String(value))
  return (
    <details>
      <summary>{label}</summary>
      <Form
        label={label}
        keepAs={`risk ${row.key} ${row.version}`}
        submit={label}
        send={(values) => call('PUT', `/v1/risk-profiles/${row.key}`, rowOf(row, values))}
        onDone={(_body, status) => {
          if (status !== 202) onDone()
        }}
      >
        <Field
          name="reportIntervalSeconds"
          label={text.intervalField}
          hint={text.emptyHint}
          inputMode="numeric"
          defaultValue={typed(row.reportIntervalSeconds)}
        />
        <Field
          name="recallMinutesMax"
          label={text.recallField}
          inputMode="numeric"
          defaultValue={typed(row.recallMinutesMax)}
        />
        <Select
          name="protocol"
          label={text.protocol}
          chosen={row.protocol ?? noProfile}
          options={[
            { value: noProfile, text: text.own },
            ...protocolSetNames.map((value) => ({ value, text: text.protocols[value] })),
          ]}
        />
        <Field name="source" label={text.source} autocomplete="off" defaultValue={row.source} />
        <Field name="reason" label={text.why} autocomplete="off" />
      </Form>
    </details>
  )
}

/** Whom it calls as well and how sure each figure is stay as they are: those are set by the API. */
function rowOf(row: RiskProfile, values: FormData): object {
  const protocol = textOf(values.get('protocol'))
  const reason = textOf(values.get('reason'))
  return {
    basedOnVersion: row.version,
    name: row.name,
    reportIntervalSeconds: numberOf(values.get('reportIntervalSeconds')) ?? null,
    recallMinutesMax: numberOf(values.get('recallMinutesMax')) ?? null,
    alsoCalled: row.alsoCalled,
    protocol: protocol === undefined || protocol === noProfile ? null : protocol,
    source: textOf(values.get('source')) ?? '',
    confidence: row.confidence,
    ...(reason === undefined ? {} : { reason }),
  }
}
