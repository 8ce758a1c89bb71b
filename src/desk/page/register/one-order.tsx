import { Said } from '../net/said.tsx'
import { Field } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { instantOf, localTimeOf, textOf } from '../form/values.ts'
import { CaseMap } from '../map/case-map.tsx'
import { call, type LocationBan, type Order } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { fill, words } from '../words/words.ts'
import { AdvisoryList } from './advisory-list.tsx'
import { CaseOrdersOf } from './case-orders.tsx'
import { HouseholdOf } from './household.tsx'
import { RiskOf } from './risk.tsx'
import { CasePageOf } from './case-page.tsx'
import { HoldsOf } from './holds.tsx'
import { CasePeopleOf } from './case-people.tsx'
import { ConditionLines } from './conditions.tsx'
import { GroundFields, groundOf } from './ground-fields.tsx'
import { NotRead, useBody } from './listing.tsx'
import { AssessedWith } from './assessment.tsx'
import { OrderLife } from './order-life.tsx'
import { OrderForm } from './order-form.tsx'
import { ToldPartners } from './partners.tsx'
import { Reasons } from './protection.tsx'
import type { Person, StateOfOrder } from './rows.ts'

/** One order as it stands, whether it protects, and what may be done with it. */
export function OneOrder({ id, isAmending }: OneOrderProps) {
  const { body: order, fault, readAgain } = useBody<Order>(`/v1/protection-orders/${id}`)
  const text = registerWords()
  if (fault !== null) {
    return (
      <p class="fault" role="alert">
        <Said text={fill(text.notRead, { detail: fault })} />
      </p>
    )
  }
  if (order === null) return <p role="status">{text.reading}</p>
  return (
    <>
      <p>
        <a href={`#/register/orders${isAmending ? `/${id}` : ''}`}>
          ← {isAmending ? order.reference : text.orders}
        </a>
      </p>
      <h3>
        {order.reference} · {hasLapsed(order) ? text.lapsed : text.orderStatus[order.status]} ·{' '}
        {fill(text.version, { n: order.version })}
      </h3>
      {isAmending ? (
        <OrderForm order={order} onDone={amended} />
      ) : (
        <Shown order={order} onDone={readAgain} />
      )}
    </>
  )
}

/** Its end has passed and nobody has said what follows. */
function hasLapsed({ status, validUntil }: Order): boolean {
  return status !== 'ended' && Date.parse(validUntil) <= nowMs.value
}

type OneOrderProps = { readonly id: string; readonly isAmending: boolean }

/** Back to the order as it stands now; what was only proposed stays in the form to be read. */
function amended({ id }: Order, status: number): void {
  if (status !== 202) location.hash = `/register/orders/${id}`
}

function Shown({ order, onDone }: { readonly order: Order; readonly onDone: () => void }) {
  return (
    <>
      <Protection id={order.id} />
      <OrderLife key={`${order.version} ${hasLapsed(order)}`} order={order} />
      <RiskOf order={order} onDone={onDone} />
      <CaseOrdersOf order={order} />
      <CasePeopleOf id={order.id} />
      <HouseholdOf order={order} />
      <CasePageOf id={order.id} />
      <HoldsOf id={order.id} isEnded={order.status === 'ended'} />
      <ToldPartners id={order.id} />
      <Terms order={order} />
      {order.assessmentId === null ? null : <AssessedWith id={order.assessmentId} />}
      <Advisories order={order} />
      <Bans order={order} />
      {order.status === 'ended' ? null : <Operations order={order} onDone={onDone} />}
    </>
  )
}

function Protection({ id }: { readonly id: string }) {
  const { body, fault } = useBody<StateOfOrder>(`/v1/protection-orders/${id}/protection-state`)
  if (body === null) return <NotRead fault={fault} />
  return (
    <div class={`protection ${body.state}`}>
      <p>
        <strong>
          {words().protection}: {words().protectionStates[body.state]}
        </strong>
      </p>
      <Reasons state={body} />
    </div>
  )
}

function Terms({ order }: { readonly order: Order }) {
  const text = registerWords()
  const time = (instant: string) => formatClock(Date.parse(instant), nowMs.peek())
  const offender = useBody<Person>(`/v1/persons/${order.offenderId}`).body
  return (
    <dl>
      <dt>{text.basis}</dt>
      <dd>{text.bases[order.legalBasis]}</dd>
      <dt>{text.personRoles.offender}</dt>
      <dd>{offender?.reference ?? '…'}</dd>
      <dt>{text.from}</dt>
      <dd>{time(order.validFrom)}</dd>
      <dt>{text.until}</dt>
      <dd>{time(order.validUntil)}</dd>
      <ConditionLines chosen={order.conditions} />
      <dt>{text.ladder}</dt>
      <dd>
        {order.escalation === null
          ? text.ladderOfOrganisation
          : order.escalation
              .map((step) =>
                fill(text.ladderStep, {
                  seconds: step.afterSeconds,
                  target: text.targets[step.target],
                }),
              )
              .join(' ')}
      </dd>
    </dl>
  )
}

export function Advisories({ order }: { readonly order: Order }) {
  if (order.advisories.length === 0) return null
  return (
    <section class="advisories">
      <h4>{registerWords().advisories}</h4>
      <AdvisoryList advisories={order.advisories} />
    </section>
  )
}

function Bans({ order }: { readonly order: Order }) {
  const text = registerWords()
  return (
    <>
      {order.locationBans.length === 0 ? null : (
        <CaseMap bans={order.locationBans} fixes={[]} nowMs={nowMs.peek()} />
      )}
      <ul>
        {order.locationBans.map((ban) => (
          <li key={ban.id}>
            <strong>{ban.label}</strong>: {areaInWords(ban)} ·{' '}
            {fill(words().orderRing, { meters: ban.approachMeters })} ·{' '}
            {ban.schedule === null ? text.aroundTheClock : text.bySchedule}
          </li>
        ))}
        {order.proximityBans.map((ban) => (
          <li key={ban.id}>
            {words().orderSeparation}: <VictimReference id={ban.victimId} /> ·{' '}
            {ban.separationMeters} m · {fill(words().orderRing, { meters: ban.approachMeters })} ·{' '}
            {fill(text.fixedAddresses, { n: ban.fixedAddresses?.length ?? 0 })}
          </li>
        ))}
      </ul>
    </>
  )
}

function VictimReference({ id }: { readonly id: string }) {
  return <>{useBody<Person>(`/v1/persons/${id}`).body?.reference ?? '…'}</>
}

function areaInWords(ban: LocationBan): string {
  const text = registerWords()
  if (ban.circle === null || ban.circle === undefined) return text.drawnArea
  const { longitude, latitude, radiusMeters } = ban.circle
  return fill(text.circleOf, { meters: radiusMeters, longitude, latitude })
}

/** Each for the version that is shown: somebody else's change in between is refused, and said. */
function Operations({ order, onDone }: { readonly order: Order; readonly onDone: () => void }) {
  const text = registerWords()
  const operate = (name: string, body?: object) =>
    call('POST', `/v1/protection-orders/${order.id}/${name}`, body, {
      'if-match': `"${order.version}"`,
    })
  const done = (_body: unknown, status: number): void => {
    if (status !== 202) onDone()
  }
  return (
    <section class="operations">
      <h4>{text.operations}</h4>
      <p>
        <a class="button" href={`#/register/orders/${order.id}/amend`}>
          {text.amend}
        </a>
      </p>
      <details>
        <summary>{text.extend}</summary>
        <Form
          label={text.extend}
          submit={text.extend}
          send={(values) =>
            operate('_extend', {
              validUntil: instantOf(values.get('validUntil')),
              ...groundOf(values),
            })
          }
          onDone={done}
        >
          <Field
            name="validUntil"
            label={text.until}
            type="datetime-local"
            defaultValue={localTimeOf(order.validUntil)}
          />
          <GroundFields />
        </Form>
      </details>
      {operationsOf(order).map((name) => (
        <details key={name}>
          <summary>{text.acts[name]}</summary>
          <Form
            label={text.acts[name]}
            submit={text.acts[name]}
            send={(values) =>
              operate(`_${name}`, { ...groundOf(values), ...momentOf(values, name) })
            }
            onDone={done}
          >
            <p>{text.actNotes[name]}</p>
            {name === 'resume' ? null : (
              <Field
                name={moments[name]}
                label={text.moments[name]}
                type="datetime-local"
                hint={text.momentNotes[name]}
              />
            )}
            <GroundFields />
          </Form>
        </details>
      ))}
    </section>
  )
}

type Operation = 'suspend' | 'resume' | 'end'

/** What is over is not suspended. */
function operationsOf(order: Order): readonly Operation[] {
  if (order.status === 'suspended') return ['resume', 'end']
  return hasLapsed(order) ? ['end'] : ['suspend', 'end']
}

/** Until when it is suspended, or from when on it has ended; what is left out is as the note says. */
const moments = { suspend: 'until', end: 'effectiveAt' } as const

function momentOf(values: FormData, operation: Operation) {
  if (operation === 'resume') return {}
  const name = moments[operation]
  return textOf(values.get(name)) === undefined ? {} : { [name]: instantOf(values.get(name)) }
}
