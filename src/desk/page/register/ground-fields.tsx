import { Field, Select } from '../form/fields.tsx'
import { textOf } from '../form/values.ts'
import { registerWords } from '../words/register/words.ts'
import { lifeWords } from './order-life-words.ts'

/** By what right an order is made or changed: who decided it, where that can be read, and why. */
export function GroundFields() {
  const text = lifeWords()
  return (
    <>
      <Select
        name="decidedBy"
        label={text.decidedBy}
        options={deciders.map((value) => ({ value, text: text.deciders[value] }))}
      />
      <Field name="documentReference" label={text.document} autocomplete="off" />
      <Field name="reason" label={registerWords().why} autocomplete="off" />
    </>
  )
}

/** What is left out is not known, and the life of the order says so. */
export function groundOf(values: FormData): Ground {
  const said = groundNames.map((name) => [name, textOf(values.get(name))] as const)
  return Object.fromEntries(said.filter(([, value]) => value !== undefined))
}

type Ground = { readonly [Name in (typeof groundNames)[number]]?: string }

const groundNames = ['decidedBy', 'documentReference', 'reason'] as const
const deciders = ['prosecutor', 'court', 'mayor', 'foreign-authority'] as const
