import { useId, useState } from 'preact/hooks'
import { disclosureGrounds, disclosurePurposes } from '../../../core/model/disclosure.ts'
import { casePageWords } from './case-page-words.ts'

/** Opens the page of a case, once it is said for which table and on what ground. */
export function CasePageOf({ id }: { readonly id: string }) {
  const text = casePageWords()
  const [purpose, setPurpose] = useState('')
  const [ground, setGround] = useState('')
  const query = new URLSearchParams({ purpose, ground })
  return (
    <details>
      <summary>{text.title}</summary>
      <p class="hint">{text.note}</p>
      <Choice
        label={text.purpose}
        options={disclosurePurposes.map((value) => [value, text.purposes[value]])}
        onChoose={setPurpose}
      />
      <Choice
        label={text.ground}
        options={disclosureGrounds.map((value) => [value, text.grounds[value]])}
        onChoose={setGround}
      />
      {purpose === '' || ground === '' ? null : (
        <p>
          <a
            href={`/v1/protection-orders/${id}/case-page?${query.toString()}`}
            target="_blank"
            rel="noopener"
          >
            {text.open}
          </a>
        </p>
      )}
    </details>
  )
}

function Choice({ label, options, onChoose }: ChoiceProps) {
  const id = useId()
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <select id={id} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">–</option>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </p>
  )
}

type ChoiceProps = {
  readonly label: string
  readonly options: readonly (readonly [string, string])[]
  readonly onChoose: (value: string) => void
}
