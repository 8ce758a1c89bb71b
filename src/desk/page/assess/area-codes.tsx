import { useState } from 'preact/hooks'
import { Typed } from '../form/fields.tsx'
import type { Place } from '../map/projection.ts'
import { call } from '../net/api.ts'
import { fill } from '../words/words.ts'
import { assessWords } from './assess-words.ts'
import { changeQuestion, foundAreas, question, type FoundAreas } from './draft.ts'
import { codesOf } from './question.ts'

/** Codes of neighbourhoods and municipalities, found by name or by a click on the map. */
export function AreaCodes() {
  const text = assessWords()
  const [typed, setTyped] = useState('')
  const { areaCodes } = question.value
  const found = foundAreas.value
  return (
    <>
      <div
        class="find-area"
        onKeyDown={(event) => {
          // Within the question a line that is entered would ask about the ban instead.
          if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
          event.preventDefault()
          void searchAreas({ text: typed.trim() })
        }}
      >
        <Typed
          at="/find-area"
          label={text.findArea}
          hint={text.findAreaHint}
          value={typed}
          change={setTyped}
        />
      </div>
      <p class="choice">
        <button
          type="button"
          class="quiet"
          onClick={() => void searchAreas({ text: typed.trim() })}
        >
          {text.find}
        </button>
      </p>
      <div role="status">{found === null ? null : <p class="hint">{sayFound(found, text)}</p>}</div>
      {found === null || found.items.length === 0 ? null : (
        <ul class="found">
          {found.items.map(({ code, name, kind }) => (
            <li key={code}>
              <button
                type="button"
                class="quiet"
                aria-pressed={codesOf(areaCodes).includes(code)}
                onClick={() => toggleCode(code)}
              >
                {fill(text.areaOfKind, { name, kind: text.areaKinds[kind] })}
              </button>
            </li>
          ))}
        </ul>
      )}
      <Typed
        at="/areaCodes"
        label={text.codes}
        hint={text.codesHint}
        value={areaCodes}
        change={(next) => changeQuestion({ areaCodes: next })}
      />
    </>
  )
}

/** What a click on the map means while a ban is made of codes. */
export function pointAtAreas({ longitude, latitude }: Place): void {
  void searchAreas({ at: { longitude, latitude } })
}

async function searchAreas(asked: Asked): Promise<void> {
  if ('text' in asked && asked.text === '') return
  const outcome = await call<FoundAreas>('POST', '/v1/named-areas/_search', asked)
  foundAreas.value = outcome.kind === 'done' ? outcome.body : null
}

type Asked = { readonly text: string } | { readonly at: Place }

function sayFound(
  { items, truncated, hasAreas }: FoundAreas,
  text: ReturnType<typeof assessWords>,
): string {
  if (!hasAreas) return text.foundNoAreas
  if (items.length === 0) return text.foundNoArea
  return truncated ? text.foundMoreAreas : text.chooseAreas
}

/** Chosen again, it is taken out. */
function toggleCode(code: string): void {
  const codes = codesOf(question.value.areaCodes)
  const next = codes.includes(code) ? codes.filter((one) => one !== code) : [...codes, code]
  changeQuestion({ areaCodes: next.join(' ') })
}
