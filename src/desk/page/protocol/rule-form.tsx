import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { stepParties } from '../../../core/model/protocol.ts'
import { Field, Group } from '../form/fields.tsx'
import { Form } from '../form/form.tsx'
import { useKept } from '../form/use-kept.ts'
import { numberOf, textOf } from '../form/values.ts'
import { setProtocol, type Protocol } from '../net/api.ts'
import { fill } from '../words/words.ts'
import { responseWords } from './response-words.ts'
import { makeStep, stepCountMax, withoutStep, type Step } from './rule-steps.ts'

/**
 * The steps of one rule: their words, their order and their clocks. What is asked here is done when
 * another supervisor has confirmed it, who sees each word that would be another.
 */
export function RuleForm({ protocol, place, onDone }: RuleFormProps) {
  const draftKey = `rule ${protocol.version} ${place}`
  const kept = useKept<readonly Step[]>(draftKey, () => protocol.rules[place]?.steps ?? [])
  const { value: steps, set: setSteps } = kept
  const [said, setSaid] = useState('')
  const list = useRef<HTMLDivElement>(null)
  const texts = responseWords()
  const move = (index: number, by: -1 | 1): void => {
    const moved = steps[index]
    const next = steps.toSpliced(index, 1)
    if (moved === undefined) return
    setSteps(next.toSpliced(index + by, 0, moved))
    setSaid(fill(texts.stepMoved, { n: index + by + 1 }))
    // Its button was taken along: whoever moves by keys goes on from there.
    requestAnimationFrame(() => {
      const buttons = list.current?.querySelectorAll<HTMLButtonElement>(
        `[data-step="${moved.key}"] button:not([disabled])`,
      )
      ;(buttons?.[by === 1 ? buttons.length - 1 : 0] ?? null)?.focus()
    })
  }
  const remove = (key: string, index: number): void => {
    setSteps(withoutStep(steps, key))
    setSaid(fill(texts.stepRemoved, { n: index + 1 }))
    requestAnimationFrame(() => list.current?.focus())
  }
  const add = (who: Step['who']): void => {
    // Also of what was there before: an old tick is no tick of the new step.
    const taken = [...steps, ...(protocol.rules[place]?.steps ?? [])].map(({ key }) => key)
    const made = makeStep(who, taken)
    setSteps([...steps, made])
    setSaid(fill(texts.stepAdded, { n: steps.length + 1 }))
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLInputElement>(`[data-step="${made.key}"] input`)?.focus(),
    )
  }
  return (
    <Form
      label={texts.editRule}
      submit={texts.protocolSave}
      send={(values) => setProtocol(bodyOf(protocol, { place, steps, values }))}
      keepAs={draftKey}
      isUnfinished={kept.isUnfinished}
      onThrowAway={kept.throwAway}
      onDone={(_body, status) => {
        kept.forget()
        if (status !== 202) onDone()
      }}
    >
      <div ref={list} tabIndex={-1}>
        {steps.map((step, index) => (
          <div key={step.key} data-step={step.key}>
            <StepFields step={step} at={`/rules/${place}/steps/${index}`} index={index}>
              <p>
                <Mover text={texts.stepUp} isOff={index === 0} onClick={() => move(index, -1)} />{' '}
                <Mover
                  text={texts.stepDown}
                  isOff={index === steps.length - 1}
                  onClick={() => move(index, 1)}
                />{' '}
                <Mover
                  text={texts.stepRemove}
                  isOff={steps.length === 1}
                  onClick={() => remove(step.key, index)}
                />
              </p>
            </StepFields>
          </div>
        ))}
      </div>
      <p role="status" class="fine">
        {said}
      </p>
      {steps.length < stepCountMax ? <AddStep onAdd={add} /> : null}
      <Field name="reason" label={texts.why} autocomplete="off" />
      <p class="fine">{texts.protocolNote}</p>
    </Form>
  )
}

export type RuleFormProps = {
  readonly protocol: Protocol
  /** Of the rule, among all of them. */
  readonly place: number
  readonly onDone: () => void
}

/** Who is to be called in a new step; it comes last, and is moved from there. */
function AddStep({ onAdd }: { readonly onAdd: (who: Step['who']) => void }) {
  const [who, setWho] = useState<Step['who']>('staff')
  const texts = responseWords()
  return (
    <p class="add-step">
      <label>
        {texts.stepWho}{' '}
        <select
          value={who}
          onChange={(event) => {
            const chosen = stepParties.find((party) => party === event.currentTarget.value)
            if (chosen !== undefined) setWho(chosen)
          }}
        >
          {stepParties.map((party) => (
            <option key={party} value={party}>
              {texts.who[party]}
            </option>
          ))}
        </select>
      </label>{' '}
      <button type="button" class="quiet" onClick={() => onAdd(who)}>
        {texts.stepAdd}
      </button>
    </p>
  )
}

function StepFields({ step, at, index, children }: StepFieldsProps) {
  const texts = responseWords()
  return (
    <Group
      legend={`${fill(texts.step, { n: index + 1 })} (${texts.who[step.who]})`}
      at={`${at}/unless`}
    >
      {languages.map((language) => (
        <Field
          key={language}
          name={`text-${language}-${step.key}`}
          at={`${at}/text/${language}`}
          label={texts.stepText[language]}
          autocomplete="off"
          defaultValue={step.text[language]}
        />
      ))}
      {languages.map((language) => (
        <Field
          key={language}
          name={`say-${language}-${step.key}`}
          at={`${at}/say/${language}`}
          label={texts.stepSay[language]}
          autocomplete="off"
          defaultValue={step.say?.[language] ?? ''}
        />
      ))}
      <Field
        name={`within-${step.key}`}
        at={`${at}/withinSeconds`}
        label={texts.stepWithin}
        inputMode="numeric"
        defaultValue={step.withinSeconds === null ? '' : String(step.withinSeconds)}
      />
      {children}
    </Group>
  )
}

type StepFieldsProps = {
  readonly step: Step
  readonly at: string
  readonly index: number
  readonly children: ComponentChildren
}

const languages = ['nl', 'en'] as const

function Mover({ text, isOff, onClick }: MoverProps) {
  return (
    <button type="button" class="quiet" disabled={isOff} onClick={onClick}>
      {text}
    </button>
  )
}

type MoverProps = {
  readonly text: string
  readonly isOff: boolean
  readonly onClick: () => void
}

/** The whole protocol with one rule as it was typed; what is missing is refused at its field. */
function bodyOf(
  { version, name, contacts, rules }: Protocol,
  { place, steps, values }: Typed,
): Parameters<typeof setProtocol>[0] {
  const reason = textOf(values.get('reason'))
  const typed = steps.map((step) => {
    const textIn = (field: string, language: string): string =>
      textOf(values.get(`${field}-${language}-${step.key}`)) ?? ''
    const say = { nl: textIn('say', 'nl'), en: textIn('say', 'en') }
    return {
      ...step,
      text: { nl: textIn('text', 'nl'), en: textIn('text', 'en') },
      say: say.nl === '' && say.en === '' ? null : say,
      // As it was typed: the API refuses what is no number, at its field.
      withinSeconds: (numberOf(values.get(`within-${step.key}`)) ?? null) as number | null,
    }
  })
  return {
    basedOnVersion: version,
    name,
    contacts,
    rules: rules.map((rule, index) => (index === place ? { ...rule, steps: typed } : rule)),
    ...(reason === undefined ? {} : { reason }),
  }
}

type Typed = {
  readonly place: number
  readonly steps: readonly Step[]
  readonly values: FormData
}
