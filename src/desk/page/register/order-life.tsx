import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { textOf } from '../form/values.ts'
import { call, type Order } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { proposalWords } from '../proposals/proposal-words.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { fill, language, wordOf } from '../words/words.ts'
import { NotRead, useBody } from './listing.tsx'
import { lifeWords } from './order-life-words.ts'
import type { LifeOfOrder } from './rows.ts'

/** How an order stands in its life, who must act next, and what was done to it. */
export function OrderLife({ order }: { readonly order: Order }) {
  const path = `/v1/protection-orders/${order.id}/life`
  const { body: life, fault, readAgain } = useBody<LifeOfOrder>(path)
  if (life === null) return <NotRead fault={fault} />
  const text = lifeWords()
  return (
    <section class="life" aria-label={text.title}>
      <h4>
        {text.title}: {text.states[life.state]}
      </h4>
      <Next life={life} onDone={readAgain} />
      {order.status === 'ended' ? null : <End life={life} order={order} />}
      {isToClose(life) ? <CloseFile id={order.id} onDone={readAgain} /> : null}
      {life.planned.map((one) => (
        <Planned key={one.proposalId} planned={one} onDone={readAgain} />
      ))}
      {life.missing.length === 0 ? null : (
        <p class="fault">
          {text.missing}: {missingOf(life)}
        </p>
      )}
      <details>
        <summary>{text.done}</summary>
        <ol>
          {life.acts.map((act) => (
            <li key={`${act.at} ${act.act}`}>
              {formatClock(Date.parse(act.effectiveAt), nowMs.peek())} · {text.acts[act.act]}
              {whoOf(act)}
              {act.decidedBy === null ? '' : ` · ${text.deciders[act.decidedBy]}`}
              {act.documentReference === null ? '' : ` · ${act.documentReference}`}
              {act.reason === null ? '' : ` · ${act.reason}`}
            </li>
          ))}
        </ol>
      </details>
    </section>
  )
}

/** What begins later, by itself; until then whoever may decide it takes it back. */
function Planned({ planned, onDone }: PlannedProps) {
  const text = lifeWords()
  const { acts } = proposalWords()
  const time = formatClock(Date.parse(planned.beginsAt), nowMs.peek())
  const line = fill(text.plannedLine, { act: wordOf(acts, planned.act), time })
  return (
    <details>
      <summary>
        {text.planned}: {line}
      </summary>
      <Form
        label={`${text.takeBack}: ${line}`}
        submit={text.takeBack}
        send={(values) =>
          call('POST', `/v1/proposals/${planned.proposalId}/_refuse`, {
            note: textOf(values.get('note')),
          })
        }
        onDone={onDone}
      >
        <Field name="note" label={registerWords().why} autocomplete="off" />
      </Form>
    </details>
  )
}

type PlannedProps = {
  readonly planned: LifeOfOrder['planned'][number]
  readonly onDone: () => void
}

/** Who did it, and who confirmed it; whoever is not known by name was somebody all the same. */
function whoOf(act: LifeOfOrder['acts'][number]): string {
  const text = lifeWords()
  if (act.bySystem) return ` · ${text.system}`
  const by = act.byName === null ? '' : ` · ${fill(text.by, { name: act.byName })}`
  if (act.secondPersonId === null) return by
  const { secondPersonName: name } = act
  return `${by} · ${name === null ? text.second : fill(text.secondBy, { name })}`
}

/** Nothing is watched any more, and nobody has said yet that all about it is done. */
function isToClose({ state }: LifeOfOrder): boolean {
  return state === 'lifted' || state === 'stopped'
}

function CloseFile({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const text = lifeWords()
  return (
    <details>
      <summary>{text.closeFile}</summary>
      <Form
        label={text.closeFile}
        submit={text.closeFile}
        send={(values) => close(id, values)}
        onDone={onDone}
      >
        <Field name="reason" label={registerWords().why} hint={text.closeNote} autocomplete="off" />
        <Field name="documentReference" label={text.document} autocomplete="off" />
      </Form>
    </details>
  )
}

async function close(id: string, values: FormData) {
  const documentReference = textOf(values.get('documentReference'))
  return await call('POST', `/v1/protection-orders/${id}/_close`, {
    reason: textOf(values.get('reason')),
    ...(documentReference === undefined ? {} : { documentReference }),
  })
}

/** What was done without: each act with what is wrong with it, once. */
function missingOf({ acts }: LifeOfOrder): string {
  const text = lifeWords()
  const all = acts.flatMap(({ act, findings }) =>
    findings.map((code) => `${text.acts[act]}: ${wordOf(text.findings, code)}`),
  )
  return [...new Set(all)].join('; ')
}

type Shown = { readonly life: LifeOfOrder }

function Next({ life: { next }, onDone }: Shown & { readonly onDone: () => void }) {
  const text = lifeWords()
  if (next === null) return <p>{text.nothing}</p>
  const isNow = Date.parse(next.dueAt) <= nowMs.value
  const about = {
    task: wordOf(text.tasks, next.task),
    who: text.audiences[next.audience],
    n: next.askedCount,
    time: formatClock(Date.parse(next.dueAt), nowMs.peek()),
  }
  return (
    <>
      <p class={isNow ? 'fault' : ''}>
        <strong>{fill(isNow ? text.now : text.next, about)}</strong>
      </p>
      {next.needsDecision ? <p>{isNow ? text.byDecision : ''}</p> : null}
      {isNow && !next.needsDecision ? (
        <Form
          label={text.answer}
          keepAs={`answer ${next.id}`}
          submit={text.answer}
          send={(values) => answer(next.id, values)}
          onDone={onDone}
        >
          <Select
            name="answer"
            label={text.answer}
            options={answersTo(next.task).map((value) => ({ value, text: text.answers[value] }))}
          />
          <Field name="documentReference" label={text.document} autocomplete="off" />
          <Field
            name="note"
            label={registerWords().why}
            hint={text.answerNote}
            autocomplete="off"
          />
        </Form>
      ) : null}
    </>
  )
}

const answers = [
  'in-hand',
  'extension-asked',
  'other-measure-asked',
  'no-extension-sought',
] as const

/** A review is answered by having been done. */
function answersTo(task: string): readonly (keyof ReturnType<typeof lifeWords>['answers'])[] {
  return ['review', 'check-underlying-measure'].includes(task) ? ['reviewed', ...answers] : answers
}

async function answer(id: string, values: FormData) {
  const documentReference = textOf(values.get('documentReference'))
  const note = textOf(values.get('note'))
  return await call('POST', `/v1/order-reminders/${id}/_answer`, {
    answer: textOf(values.get('answer')),
    ...(documentReference === undefined ? {} : { documentReference }),
    ...(note === undefined ? {} : { note }),
  })
}

function End({ life: { end }, order }: Shown & { readonly order: Order }) {
  const text = lifeWords()
  const instead: Readonly<Record<string, string>> = text.afterLast
  const max = end.extensionCountMax
  const about = { n: end.extensionCount, max: max ?? '' }
  return (
    <p>
      {fill(max === null ? text.extensionUnbounded : text.extension, about)}{' '}
      {end.longestEnd === null
        ? ''
        : fill(text.longest, { time: formatClock(Date.parse(end.longestEnd), nowMs.peek()) })}
      {end.afterLast === null ? '' : ` ${instead[order.legalBasis] ?? end.afterLast}`}
      {end.verdict === 'later' ? (
        <strong class="fault">
          {' '}
          {fill(text.later, { hours: end.differenceHours.toLocaleString(language.value) })}
        </strong>
      ) : null}
      {end.countedAs === null ? '' : ` ${text.monthsForDays}`}
    </p>
  )
}
