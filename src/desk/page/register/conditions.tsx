import {
  conditionTexts,
  orderConditions,
  type OrderCondition,
} from '../../../core/model/order-conditions.ts'
import { Group } from '../form/fields.tsx'
import { language } from '../words/words.ts'
import { registerWords } from '../words/register/words.ts'

/** What an order asks beside its areas and distances, each by a box. */
export function ConditionFields({ chosen }: Chosen) {
  return (
    <Group legend={registerWords().conditions} at="/conditions">
      {orderConditions.map((code) => (
        <label key={code} class="box">
          <input
            type="checkbox"
            name="conditions"
            value={code}
            defaultChecked={chosen.includes(code)}
          />{' '}
          {conditionTexts[code][language.value]}
        </label>
      ))}
    </Group>
  )
}

export function ConditionLines({ chosen }: Chosen) {
  if (chosen.length === 0) return null
  return (
    <>
      <dt>{registerWords().conditions}</dt>
      <dd>{chosen.map((code) => conditionTexts[code][language.value]).join(' ')}</dd>
    </>
  )
}

type Chosen = { readonly chosen: readonly OrderCondition[] }
