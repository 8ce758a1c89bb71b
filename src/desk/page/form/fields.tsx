import type { ComponentChildren, InputHTMLAttributes } from 'preact'
import { useId } from 'preact/hooks'
import { FaultText, useFaults } from './form.tsx'
import { formWords } from './form-words.ts'

/** One line of a form; what the API says of it stands under it. `at`: its place in the body. */
export function Field({ name, label, hint, at = `/${name}`, ...input }: FieldProps) {
  const { ids, faults } = useField(at)
  const attributes = { ...input, name, ...about(ids, hint, faults.length > 0) }
  return (
    <p class="field">
      <label for={ids.input}>{label}</label>
      <input {...(attributes as InputHTMLAttributes<HTMLInputElement>)} />
      <Below ids={ids} hint={hint} faults={faults} />
    </p>
  )
}

/** What is asked of an input beyond its name: few, and each by its own name in HTML. */
type InputAttributes = {
  readonly type?: 'text' | 'datetime-local' | 'checkbox' | 'url'
  readonly inputMode?: 'numeric' | 'decimal'
  readonly autocomplete?: 'off'
  readonly defaultValue?: string
}

type FieldProps = InputAttributes & {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly at?: string
}

export function Select({ name, label, hint, at = `/${name}`, options, chosen }: Choice) {
  const { ids, faults } = useField(at)
  return (
    <p class="field">
      <label for={ids.input}>{label}</label>
      <select name={name} {...about(ids, hint, faults.length > 0)}>
        {chosen === undefined ? <option value="">{formWords().choose}</option> : null}
        {options.map(({ value, text }) => (
          <option key={value} value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
      <Below ids={ids} hint={hint} faults={faults} />
    </p>
  )
}

type Choice = {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly at?: string
  readonly options: readonly Option[]
  /** Undefined: nothing is chosen yet, and the API says so when it stays that way. */
  readonly chosen?: string
}

export type Option = { readonly value: string; readonly text: string }

/** A field whose value the page changes as well. */
export function Typed({ at, label, hint, value, change, ...input }: TypedProps) {
  const { ids, faults } = useField(at)
  const attributes = { autocomplete: 'off', ...input, ...about(ids, hint, faults.length > 0) }
  return (
    <p class="field">
      <label for={ids.input}>{label}</label>
      <input
        {...(attributes as InputHTMLAttributes<HTMLInputElement>)}
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <Below ids={ids} hint={hint} faults={faults} />
    </p>
  )
}

type TypedProps = Omit<InputAttributes, 'defaultValue'> & {
  readonly at: string
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly change: (value: string) => void
}

/** One of several, where the page holds what is chosen. */
export function Chosen({ at, label, hint, options, value, change }: ChosenProps) {
  const { ids, faults } = useField(at)
  return (
    <p class="field">
      <label for={ids.input}>{label}</label>
      <select
        {...about(ids, hint, faults.length > 0)}
        value={value}
        onChange={(event) => change(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.text}
          </option>
        ))}
      </select>
      <Below ids={ids} hint={hint} faults={faults} />
    </p>
  )
}

type ChosenProps = {
  readonly at: string
  readonly label: string
  readonly hint?: string
  readonly options: readonly Option[]
  readonly value: string
  readonly change: (value: string) => void
}

/** Several that belong together, such as roles: one legend, one place for what is wrong. */
export function Group({
  legend,
  at,
  children,
}: {
  readonly legend: string
  readonly at: string
  readonly children: ComponentChildren
}) {
  const { ids, faults } = useField(at)
  return (
    <fieldset aria-describedby={faults.length > 0 ? ids.fault : undefined}>
      <legend>{legend}</legend>
      {children}
      <Below ids={ids} faults={faults} />
    </fieldset>
  )
}

export function useField(at: string) {
  const id = useId()
  const ids = { at, input: id, hint: `${id}-hint`, fault: `${id}-fault` }
  return { ids, faults: useFaults(at) }
}

type Ids = ReturnType<typeof useField>['ids']

/** What a reader of the screen is told of an input beside its name. */
export function about(ids: Ids, hint: string | undefined, isFaulty: boolean) {
  const parts = [...(hint === undefined ? [] : [ids.hint]), ...(isFaulty ? [ids.fault] : [])]
  return {
    id: ids.input,
    // What was typed in it is kept by this.
    'data-at': ids.at,
    'aria-invalid': isFaulty,
    'aria-describedby': parts.length === 0 ? undefined : parts.join(' '),
  }
}

export function Below({ ids, hint, faults }: BelowProps) {
  return (
    <>
      {hint === undefined ? null : (
        <span class="hint" id={ids.hint}>
          {hint}
        </span>
      )}
      {faults.length === 0 ? null : (
        <span class="fault" id={ids.fault}>
          {faults.map((fault) => (
            <span key={`${fault.pointer} ${fault.code}`}>
              <FaultText fault={fault} />{' '}
            </span>
          ))}
        </span>
      )}
    </>
  )
}

type BelowProps = {
  readonly ids: Ids
  readonly hint?: string | undefined
  readonly faults: ReturnType<typeof useField>['faults']
}
