import { audiences, reminderTasks } from '../../../core/model/order-terms.ts'
import { Field, Group, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { call } from '../net/api.ts'
import { registerWords } from '../words/register/words.ts'
import { fill, wordOf } from '../words/words.ts'
import { lifeWords } from './order-life-words.ts'
import { bodyOf, pointAtStep } from './order-type-body.ts'
import { orderTypeWords } from './order-type-words.ts'
import type { OrderType } from './rows.ts'

/** What a lawyer changes of a kind of order; a second supervisor confirms it. */
export function OrderTypeForm({ row, onDone }: OrderTypeFormProps) {
  const text = orderTypeWords()
  const label = fill(text.change, { name: registerWords().bases[row.legalBasis] })
  return (
    <details>
      <summary>{label}</summary>
      <Form
        label={label}
        keepAs={`order type ${row.legalBasis} ${row.version}`}
        submit={label}
        send={async (values) => {
          const { body, places } = bodyOf(row, values)
          const outcome = await call('PUT', `/v1/order-types/${row.legalBasis}`, body)
          return pointAtStep(outcome, places)
        }}
        onDone={(_body, status) => {
          if (status !== 202) onDone()
        }}
      >
        <Field name="statute" label={text.statute} defaultValue={row.statute} autocomplete="off" />
        {terms.map((name) => (
          <TermFields key={name} name={name} label={text[name]} term={row[name]} />
        ))}
        <Field
          name="extensionCountMax"
          label={text.extensionCountMax}
          hint={text.emptyTerm}
          inputMode="numeric"
          defaultValue={row.extensionCountMax === null ? '' : String(row.extensionCountMax)}
        />
        {[...row.reminders, null].map((step, index) => (
          <StepFields key={index} index={index} step={step} />
        ))}
        <Field
          name="afterLast"
          label={text.afterLast}
          defaultValue={row.afterLast ?? ''}
          autocomplete="off"
        />
        <Field name="source" label={text.source} defaultValue={row.source} autocomplete="off" />
        <Field
          name="sourceNl"
          label={text.sourceNl}
          defaultValue={row.sourceNl ?? ''}
          autocomplete="off"
        />
        <Field name="reason" label={text.why} autocomplete="off" />
      </Form>
    </details>
  )
}

type OrderTypeFormProps = { readonly row: OrderType; readonly onDone: () => void }
type Step = OrderType['reminders'][number]
type Term = Step['before']

const terms = ['term', 'extensionTerm', 'maximum'] as const
const units = ['hours', 'days', 'weeks', 'months', 'years'] as const

function TermFields({ name, label, term }: TermFieldsProps) {
  const text = orderTypeWords()
  return (
    <Group legend={label} at={`/${name}`}>
      <Field
        name={`${name}.amount`}
        at={`/${name}/amount`}
        label={text.amount}
        hint={text.emptyTerm}
        inputMode="numeric"
        defaultValue={term === null ? '' : String(term.amount)}
      />
      <UnitField name={`${name}.unit`} at={`/${name}/unit`} unit={term?.unit ?? 'days'} />
    </Group>
  )
}

type TermFieldsProps = {
  readonly name: string
  readonly label: string
  readonly term: Term | null
}

function UnitField({ name, at, unit }: { name: string; at: string; unit: Term['unit'] }) {
  const text = orderTypeWords()
  const options = units.map((value) => ({ value, text: text.units[value] }))
  return <Select name={name} at={at} label={text.unit} chosen={unit} options={options} />
}

/** One step of the ladder; the last is empty, for one more. */
function StepFields({ index, step }: { readonly index: number; readonly step: Step | null }) {
  const text = orderTypeWords()
  const { audiences: who, tasks } = lifeWords()
  const at = `/reminders/${index}`
  const name = (part: string): string => `${index}.${part}`
  const typed = (value: number | null | undefined): string => (value == null ? '' : String(value))
  return (
    <Group legend={`${text.reminders}: ${fill(text.stepNumber, { n: index + 1 })}`} at={at}>
      <Field
        name={name('amount')}
        at={`${at}/before/amount`}
        label={text.amount}
        hint={text.emptyStep}
        inputMode="numeric"
        defaultValue={typed(step?.before.amount)}
      />
      <UnitField name={name('unit')} at={`${at}/before/unit`} unit={step?.before.unit ?? 'days'} />
      <Select
        name={name('to')}
        at={`${at}/to`}
        label={text.who}
        chosen={step?.to ?? 'coordinator'}
        options={audiences.map((value) => ({ value, text: who[value] }))}
      />
      <Select
        name={name('task')}
        at={`${at}/task`}
        label={text.task}
        chosen={step?.task ?? 'decide'}
        options={reminderTasks.map((value) => ({ value, text: wordOf(tasks, value) }))}
      />
      <Field
        name={name('answerWithinHours')}
        at={`${at}/answerWithinHours`}
        label={text.hours}
        inputMode="numeric"
        defaultValue={typed(step?.answerWithinHours)}
      />
      <Field
        name={name('everyHours')}
        at={`${at}/everyHours`}
        label={text.every}
        inputMode="numeric"
        defaultValue={typed(step?.everyHours)}
      />
      <Select
        name={name('priority')}
        at={`${at}/priority`}
        label={text.priority}
        chosen={step?.priority ?? 'P3'}
        options={(['P3', 'P2', 'P1'] as const).map((value) => ({
          value,
          text: text.priorities[value],
        }))}
      />
    </Group>
  )
}
