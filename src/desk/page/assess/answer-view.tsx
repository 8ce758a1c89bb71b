import { AdvisoryList } from '../register/advisory-list.tsx'
import type { Assessment } from '../register/rows.ts'
import { registerWords } from '../words/register/words.ts'
import { fill, language, wordOf } from '../words/words.ts'
import { assessWords } from './assess-words.ts'
import { Parts } from './parts.tsx'
import { titleOf } from './title-of.ts'

/** What was answered: the verdict, what can be done in time, and every check by its colour. */
export function AnswerView({ assessment }: { readonly assessment: Assessment }) {
  const text = assessWords()
  const { verdict, advisories } = assessment
  return (
    <>
      <p class={`verdict ${verdict.toLowerCase()}`}>
        <strong>{registerWords().verdicts[verdict]}</strong>
      </p>
      {advisories.length === 0 ? null : (
        <div class="advisories">
          <AdvisoryList advisories={advisories} />
        </div>
      )}
      <h3>{text.perMode}</h3>
      <Modes assessment={assessment} />
      <Parts bans={assessment.bans ?? []} />
      <Missing missing={assessment.missing ?? []} />
      <h3>{text.checks}</h3>
      {(['red', 'amber', 'not-assessed', 'green'] as const).map((result) => (
        <Group key={result} result={result} assessment={assessment} />
      ))}
    </>
  )
}

/** What the text does not say yet, for whoever writes it. */
function Missing({ missing }: { readonly missing: NonNullable<Assessment['missing']> }) {
  if (missing.length === 0) return null
  const text = assessWords()
  return (
    <section class="checks" aria-label={text.missing}>
      <h3>{text.missing}</h3>
      <p class="hint">{text.missingHint}</p>
      <ul>
        {missing.map(({ pointer, detail, detailNl }) => (
          <li key={pointer}>{language.value === 'nl' ? detailNl : detail}</li>
        ))}
      </ul>
    </section>
  )
}

type Check = Assessment['checks'][number]
type Mode = Assessment['perTravelMode'][number]

function Modes({ assessment }: { readonly assessment: Assessment }) {
  const text = assessWords()
  const hasRoads = assessment.perTravelMode.some(({ byRoad }) => byRoad !== null)
  const isAssumed = assessment.perTravelMode.some((mode) => mode.isNeededAssumed === true)
  return (
    <>
      <table aria-label={text.perMode}>
        <thead>
          <tr>
            <th scope="col">{text.mode}</th>
            <th scope="col">{text.straight}</th>
            {hasRoads ? <th scope="col">{text.byRoad}</th> : null}
            <th scope="col">{text.needed}</th>
            <th scope="col">{text.can}</th>
          </tr>
        </thead>
        <tbody>
          {assessment.perTravelMode.map((mode) => (
            <tr key={mode.mode}>
              <th scope="row">{text.modes[mode.mode]}</th>
              <td>{seconds(mode.warningSeconds)}</td>
              {hasRoads ? <td>{roadTime(mode)}</td> : null}
              <td>{needed(mode)}</td>
              <td class={`can ${mode.canDo}`}>{text.uses[mode.canDo]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {isAssumed ? <p class="hint">{text.assumedNote}</p> : null}
    </>
  )
}

function needed({ neededSeconds, isNeededAssumed }: Mode): string {
  const time = seconds(neededSeconds)
  return isNeededAssumed === true ? fill(assessWords().assumed, { time }) : time
}

function roadTime({ byRoad }: Mode): string {
  if (byRoad === null) return assessWords().notKnown
  return byRoad.fastestSeconds === null ? assessWords().overAnHour : seconds(byRoad.fastestSeconds)
}

/** Down, as nobody should count on the last second. */
function seconds(value: number): string {
  return `${Math.floor(value)} s`
}

function Group({ result, assessment }: GroupProps) {
  const checks = assessment.checks.filter((check) => check.result === result)
  if (checks.length === 0) return null
  const name = `${assessWords().groups[result]} (${checks.length})`
  return (
    <section class={`checks ${result}`} aria-label={name}>
      <h4>{name}</h4>
      <ul>
        {checks.map((check) => (
          <li key={check.code}>
            <strong>
              {check.code} {titleOf(check.code)}.
            </strong>{' '}
            {language.value === 'nl' ? check.sentenceNl : check.sentence} <Measured check={check} />
          </li>
        ))}
      </ul>
    </section>
  )
}

type GroupProps = { readonly result: Check['result']; readonly assessment: Assessment }

/** The number, its threshold and where that comes from; nothing where there is no number. */
function Measured({ check }: { readonly check: Check }) {
  const { value, threshold, unit, basis } = check
  if (typeof value !== 'number' || typeof threshold !== 'number') return null
  const text = assessWords()
  const shown = (number: number): string =>
    `${number.toLocaleString(language.value, { maximumFractionDigits: 1 })} ${unit === null ? '' : wordOf(text.units, unit)}`.trim()
  return (
    <span class="measured">
      ({fill(text.measured, { value: shown(value), threshold: shown(threshold) })};{' '}
      {text.bases[basis]})
    </span>
  )
}
