import { useEffect, useRef, useState } from 'preact/hooks'
import { defaultLimits } from '../../../core/model/limits.ts'
import { legalBases } from '../../../core/model/registry.ts'
import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { instantOf, localTimeOf } from '../form/values.ts'
import { call, type Order } from '../net/api.ts'
import { keptOf } from '../form/kept-inputs.ts'
import { registerWords } from '../words/register/words.ts'
import { fill, words } from '../words/words.ts'
import { AssessedWith, AssessmentOf } from './assessment.tsx'
import {
  banBodyOf,
  banDraftOf,
  pairBodyOf,
  shownBanOf,
  type BanDraft,
  type PairDraft,
} from './ban-draft.ts'
import { BanFields } from './ban-fields.tsx'
import { useBody } from './listing.tsx'
import { ConditionFields } from './conditions.tsx'
import { GroundFields, groundOf } from './ground-fields.tsx'
import type { OrderStart } from './order-start.ts'
import { personName, personPath, Picker } from './picker.tsx'
import type { Person } from './rows.ts'
import {
  findOrderDraft,
  forgetUnfinished,
  inputsKey,
  keepUnfinished,
  listStale,
  orderKey,
} from './unfinished-order.ts'

/** Makes an order, or its next version. Beside it stands what the assessment says of each ban. */
export function OrderForm(props: OrderFormProps) {
  const [round, setRound] = useState(0)
  return (
    <>
      {props.order === null ? null : <StaleAmendments order={props.order} />}
      <OrderInputs key={round} {...props} again={() => setRound(round + 1)} />
    </>
  )
}

function OrderInputs({ order, start = null, onDone, onThrowAway, again }: OrderInputsProps) {
  const text = registerWords()
  const key = orderKey(order, start)
  const draft = useOrderDraft(key, order, start)
  const { root, unfinished, bans, setBans, pairs, setPairs, body, readAndKeep } = draft
  const assessed = start === null ? {} : { assessmentId: start.assessmentId }
  return (
    <div class="beside" ref={root} onInput={readAndKeep} onChange={readAndKeep}>
      <Form<Order>
        label={order === null ? text.newOrder : text.amend}
        submit={order === null ? text.register : text.amend}
        send={(values) =>
          send({ ...bodyOf(values, bans, pairs, order), ...groundOf(values), ...assessed }, order)
        }
        onDone={(made, status) => {
          forgetUnfinished(key)
          onDone(made, status)
        }}
        keepAs={key}
        isUnfinished={unfinished !== null}
        onThrowAway={() => {
          forgetUnfinished(key)
          again()
          onThrowAway?.()
        }}
      >
        {start === null ? null : <AssessedWith id={start.assessmentId} />}
        <OrderFields order={order} start={start} />
        <GroundFields />
        {bans.map((draft, place) => (
          <BanFields
            key={draft.key}
            draft={draft}
            place={place}
            shown={shownBanOf(body?.locationBans[place] ?? emptyBan)}
            change={(next) => setBans(bans.map((one) => (one.key === next.key ? next : one)))}
            remove={() => setBans(bans.filter((one) => one.key !== draft.key))}
          />
        ))}
        {pairs.map((draft, place) => (
          <PairFields
            key={draft.key}
            draft={draft}
            place={place}
            remove={() => setPairs(pairs.filter((one) => one.key !== draft.key))}
          />
        ))}
        <p class="choice">
          <button
            type="button"
            class="quiet"
            onClick={() => setBans([...bans, banDraftOf(null, nextKey(bans))])}
          >
            {text.addBan}
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => setPairs([...pairs, { ban: null, key: nextKey(pairs) }])}
          >
            {text.addPair}
          </button>
        </p>
      </Form>
      <aside aria-label={text.assessment}>
        <h3>{text.assessment}</h3>
        <p class="hint">{text.assessmentNote}</p>
        {questionsOf(body).map(({ key, title, question }) => (
          <AssessmentOf key={key} title={title} question={question} />
        ))}
      </aside>
    </div>
  )
}

/** What is made of an order in its form, read from its inputs and kept with every change. */
function useOrderDraft(key: string, order: Order | null, start: OrderStart | null) {
  const root = useRef<HTMLDivElement>(null)
  const [unfinished] = useState(() => findOrderDraft(key))
  const begun = unfinished ?? start
  const [bans, setBans] = useState<readonly BanDraft[]>(
    () => begun?.bans ?? order?.locationBans.map(banDraftOf) ?? [banDraftOf(null, 0)],
  )
  const [pairs, setPairs] = useState<readonly PairDraft[]>(
    () => begun?.pairs ?? order?.proximityBans.map((ban, place) => ({ ban, key: place })) ?? [],
  )
  const shown = useRef({ bans, pairs })
  const [body, setBody] = useState<OrderBody | null>(null)
  const read = (): void => {
    const form = root.current?.querySelector('form')
    if (form !== null && form !== undefined) setBody(bodyOf(new FormData(form), bans, pairs, order))
  }
  const readAndKeep = (): void => {
    read()
    const form = root.current?.querySelector('form')
    if (form !== null && form !== undefined) keepUnfinished(key, { bans, pairs, start })
  }
  useEffect(() => {
    // What a form begins with was typed by nobody.
    const isUntouched = shown.current.bans === bans && shown.current.pairs === pairs
    if (isUntouched) read()
    // An area that was drawn stands in inputs that nobody typed in: the form keeps those as well.
    else root.current?.querySelector('form')?.dispatchEvent(new Event('change', { bubbles: true }))
  }, [bans, pairs])
  return { root, unfinished, bans, setBans, pairs, setPairs, body, readAndKeep }
}

type OrderFormProps = {
  /** Null: a new one. */
  readonly order: Order | null
  /** What a new one begins with. */
  readonly start?: OrderStart | null
  readonly onDone: (order: Order, status: number) => void
  /** What was typed before is not wanted. */
  readonly onThrowAway?: () => void
}

type OrderInputsProps = OrderFormProps & { readonly again: () => void }

/** A change that was typed of a version before this one is to be read, and not to be sent. */
function StaleAmendments({ order }: { readonly order: Order }) {
  const text = registerWords()
  return (
    <>
      {listStale(order).map(({ key, version }) => (
        <div key={key} role="status">
          <p>
            {fill(text.staleAmendment, { n: version, m: order.version })}{' '}
            <button type="button" class="quiet" onClick={() => forgetUnfinished(key)}>
              {text.throwAway}
            </button>
          </p>
          <ul>
            {keptOf(inputsKey(key)).map(({ name, place, label, value }) => (
              <li key={`${name} ${place}`}>
                {label}: <q>{value}</q>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  )
}

type OrderBody = ReturnType<typeof bodyOf>

const emptyBan = { label: '', approachMeters: undefined, geometry: undefined }

function nextKey(drafts: readonly { readonly key: number }[]): number {
  return Math.max(-1, ...drafts.map(({ key }) => key)) + 1
}

function bodyOf(
  values: FormData,
  bans: readonly BanDraft[],
  pairs: readonly PairDraft[],
  order: Order | null,
) {
  return {
    reference: values.get('reference'),
    legalBasis: values.get('legalBasis'),
    offenderId: order?.offenderId ?? values.get('offenderId'),
    validFrom: instantOf(values.get('validFrom')),
    validUntil: instantOf(values.get('validUntil')),
    conditions: values.getAll('conditions'),
    locationBans: bans.map((draft) => banBodyOf(draft, values)),
    proximityBans: pairs.map((draft) => pairBodyOf(draft, values)),
    ...(order === null ? {} : { escalation: order.escalation }),
  }
}

/** A change is meant for the version that was read: somebody else's in between is not overwritten. */
function send(body: OrderBody & { readonly assessmentId?: string }, order: Order | null) {
  if (order === null) return call<Order>('POST', '/v1/protection-orders', body)
  const headers = { 'if-match': `"${order.version}"` }
  return call<Order>('PUT', `/v1/protection-orders/${order.id}`, body, headers)
}

/** What the assessment is asked of each ban: the terms, and nothing of the people. */
function questionsOf(body: OrderBody | null) {
  if (body === null) return []
  const { legalBasis, validFrom, validUntil, locationBans, proximityBans } = body
  const terms = {
    ...(legalBasis === '' ? {} : { legalBasis }),
    validFrom,
    validUntil,
    victimCount: proximityBans.length,
  }
  const areas = locationBans.map(({ label, id: _id, schedule: _schedule, ...area }, place) => ({
    key: `area ${place}`,
    title:
      typeof label === 'string' && label.trim() !== ''
        ? label
        : fill(registerWords().banNumber, { n: place + 1 }),
    question: { ...area, ...terms },
  }))
  const pairs = proximityBans.map(({ separationMeters, approachMeters }, place) => ({
    key: `pair ${place}`,
    title: fill(registerWords().pairNumber, { n: place + 1 }),
    question: { separationMeters, approachMeters, ...terms },
  }))
  return [...areas, ...pairs]
}

function OrderFields({ order, start }: Pick<OrderFormProps, 'order' | 'start'>) {
  const text = registerWords()
  const basis = order?.legalBasis ?? start?.legalBasis
  return (
    <>
      <Field
        name="reference"
        label={text.reference}
        hint={text.orderReferenceHint}
        autocomplete="off"
        defaultValue={order?.reference ?? ''}
      />
      <Select
        name="legalBasis"
        label={text.basis}
        {...(basis === undefined ? {} : { chosen: basis })}
        options={legalBases.map((value) => ({ value, text: text.bases[value] }))}
      />
      {order === null ? (
        <Picker
          name="offenderId"
          label={text.offenderReference}
          path={personPath('offender')}
          nameOf={personName}
        />
      ) : null}
      <Field
        name="validFrom"
        label={text.from}
        type="datetime-local"
        defaultValue={order === null ? (start?.validFrom ?? '') : localTimeOf(order.validFrom)}
      />
      <Field
        name="validUntil"
        label={text.until}
        type="datetime-local"
        defaultValue={order === null ? (start?.validUntil ?? '') : localTimeOf(order.validUntil)}
      />
      <ConditionFields chosen={order?.conditions ?? []} />
    </>
  )
}

function PairFields({ draft, place, remove }: PairFieldsProps) {
  const text = registerWords()
  const { key, ban } = draft
  const at = `/proximityBans/${place}`
  const victim = useBody<Person>(ban === null ? null : `/v1/persons/${ban.victimId}`).body
  if (ban !== null && victim === null) return <p role="status">{text.reading}</p>
  return (
    <fieldset>
      <legend>{fill(text.pairNumber, { n: place + 1 })}</legend>
      <Picker
        name={`victim-${key}`}
        at={`${at}/victimId`}
        label={text.victimReference}
        path={personPath('victim')}
        nameOf={personName}
        {...(victim === null ? {} : { initial: { id: victim.id, text: victim.reference } })}
      />
      <Field
        name={`separation-${key}`}
        at={`${at}/separationMeters`}
        label={words().orderSeparation}
        inputMode="numeric"
        defaultValue={String(
          ban?.separationMeters ?? draft.separationMeters ?? defaultLimits.separationMetersDefault,
        )}
      />
      <Field
        name={`outer-${key}`}
        at={`${at}/approachMeters`}
        label={text.outer}
        hint={text.outerHint}
        inputMode="numeric"
        defaultValue={String(ban?.approachMeters ?? draft.approachMeters ?? '')}
      />
      <button type="button" class="quiet" onClick={remove}>
        {fill(text.removePair, { n: place + 1 })}
      </button>
    </fieldset>
  )
}

type PairFieldsProps = {
  readonly draft: PairDraft
  readonly place: number
  readonly remove: () => void
}
