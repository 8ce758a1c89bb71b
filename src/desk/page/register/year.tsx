import { useId, useState } from 'preact/hooks'
import { localTimeOf } from '../form/values.ts'
import { nowMs } from '../state/desk.ts'
import { yearWords } from './year-words.ts'
import { fill } from '../words/words.ts'

/** What a year was, for whoever inspects: opened once it is chosen, as it is printed. */
export function YearSection() {
  const text = yearWords()
  const years = yearsThatAreOver(nowMs.peek())
  const [year, setYear] = useState(String(years[0]))
  const id = useId()
  return (
    <>
      <p class="hint">{text.note}</p>
      <p class="field">
        <label for={id}>{text.year}</label>
        <select id={id} value={year} onChange={(event) => setYear(event.currentTarget.value)}>
          {years.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </p>
      <p>
        <a class="button" href={`/v1/yearly-reports/${year}/page`} target="_blank" rel="noopener">
          {fill(text.open, { year })}
        </a>
      </p>
    </>
  )
}

/** A year is told once it is over, by the clock of Amsterdam. */
function yearsThatAreOver(atMs: number): readonly number[] {
  const year = Number(localTimeOf(new Date(atMs).toISOString()).slice(0, 4))
  return Array.from({ length: yearsOffered }, (_, place) => year - 1 - place)
}

const yearsOffered = 5
