import { Field, Select } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { useKept } from '../form/use-kept.ts'
import { numberOf } from '../form/values.ts'
import { call } from '../net/api.ts'
import { nowMs } from '../state/desk.ts'
import { me } from '../state/session.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { fill } from '../words/words.ts'
import { NotRead, useBody } from './listing.tsx'
import type { Ladder } from './rows.ts'

/** Who is called when nobody answers. Supervisors read it, administrators set it. */
export function LadderSection() {
  const { body, fault, readAgain } = useBody<Ladder>('/v1/escalation-ladder')
  const text = registerWords()
  if (fault !== null) return <NotRead fault={fault} />
  if (body === null) return <p role="status">{text.reading}</p>
  return (
    <>
      <p>{text.ladderNote}</p>
      <ol>
        {body.steps.map((step, place) => (
          <li key={place}>
            {fill(text.ladderStep, {
              seconds: step.afterSeconds,
              target: text.targets[step.target],
            })}
          </li>
        ))}
      </ol>
      <p>
        {body.changedAt === null
          ? text.ladderDefault
          : fill(text.changedAt, { time: formatClock(Date.parse(body.changedAt), nowMs.peek()) })}
      </p>
      {me.value?.roles.includes('administrator') === true ? (
        <details class="new">
          <summary>{text.changeLadder}</summary>
          <LadderForm ladder={body} onDone={readAgain} />
        </details>
      ) : null}
    </>
  )
}

type Step = { readonly key: number } & Ladder['steps'][number]

function LadderForm({ ladder, onDone }: { readonly ladder: Ladder; readonly onDone: () => void }) {
  const text = registerWords()
  const kept = useKept<readonly Step[]>('ladder', () =>
    ladder.steps.map((step, key) => ({ ...step, key })),
  )
  const { value: steps, set: setSteps } = kept
  const addStep = (): void => {
    const key = Math.max(0, ...steps.map((step) => step.key)) + 1
    setSteps([...steps, { key, afterSeconds: 300, target: 'supervisor' }])
  }
  return (
    <Form
      label={text.changeLadder}
      submit={text.save}
      send={(values) =>
        call('PUT', '/v1/escalation-ladder', {
          steps: steps.map(({ key }) => ({
            afterSeconds: numberOf(values.get(`after-${key}`)),
            target: values.get(`target-${key}`),
          })),
        })
      }
      keepAs="ladder"
      isUnfinished={kept.isUnfinished}
      onThrowAway={kept.throwAway}
      onDone={() => {
        kept.forget()
        onDone()
      }}
    >
      {steps.map(({ key, afterSeconds, target }, place) => (
        <fieldset key={key}>
          <legend>{fill(text.step, { n: place + 1 })}</legend>
          <Field
            name={`after-${key}`}
            at={`/steps/${place}/afterSeconds`}
            label={text.afterSeconds}
            inputMode="numeric"
            defaultValue={String(afterSeconds)}
          />
          <Select
            name={`target-${key}`}
            at={`/steps/${place}/target`}
            label={text.target}
            chosen={target}
            options={(['second-operator', 'supervisor'] as const).map((value) => ({
              value,
              text: text.targets[value],
            }))}
          />
          <button
            type="button"
            class="quiet"
            onClick={() => setSteps(steps.filter((step) => step.key !== key))}
          >
            {fill(text.removeStep, { n: place + 1 })}
          </button>
        </fieldset>
      ))}
      <p>
        <button type="button" class="quiet" onClick={addStep}>
          {text.addStep}
        </button>
      </p>
    </Form>
  )
}
