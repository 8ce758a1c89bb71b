import type { Assessment } from '../register/rows.ts'
import { fill, language } from '../words/words.ts'
import { assessWords } from './assess-words.ts'
import { changeQuestion } from './draft.ts'

/** What is published for the place, with whose figure it is: it counts where somebody takes it. */
export function PoliceTime({ policeTime }: { readonly policeTime: Assessment['policeTime'] }) {
  const text = assessWords()
  if (policeTime == null) return null
  const { municipality, municipalityCode, year, seconds, source, isUsed } = policeTime
  const minutes = (Math.ceil(seconds / 6) / 10).toLocaleString(language.value)
  const policeTimeSource = isUsed ? null : { municipalityCode, year }
  return (
    <p class="hint">
      {fill(text.policePublished, { municipality, minutes, year, source })}{' '}
      <button
        type="button"
        class="quiet"
        onClick={() => changeQuestion({ policeResponseMinutes: '', policeTimeSource }, 'hand')}
      >
        {isUsed ? text.policeLeave : text.policeTake}
      </button>
    </p>
  )
}
