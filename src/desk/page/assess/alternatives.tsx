import { Said } from '../net/said.tsx'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { registerWords } from '../words/register/words.ts'
import { fill, language, words } from '../words/words.ts'
import { titleOf } from './title-of.ts'
import type { Outcome } from '../net/api.ts'
import type { Assessment } from '../register/rows.ts'
import { alternativeWords } from './alternative-words.ts'
import { assessWords } from './assess-words.ts'
import { Progress, useLongAnswer } from './long-answer.tsx'
import { bodyOf, withAlternative, type Alternative, type Question } from './question.ts'
import { useAnswer } from './use-answer.ts'

/**
 * Other bans side by side with the asked one: outlines that exist already, and a distance that
 * moves along. It takes some times as long, so that it is asked on demand.
 */
export function Alternatives({ question, takeOver }: AlternativesProps) {
  const text = assessWords()
  const [wantedOf, setWantedOf] = useState<Question | null>(null)
  const isWanted = wantedOf === question
  const { answer, isFresh, detail } = useAnswer(comparedBodyOf(question), isWanted, 'hand')
  const [measured, setMeasured] = useState<Measured | null>(null)
  const long = useLongAnswer()
  const shown = measured?.of === question ? measured.assessment : (answer?.assessment ?? null)
  const found = isWanted && isFresh ? (shown?.alternatives ?? []) : null
  const measure = async (): Promise<void> => {
    const outcome = await long.ask({ ...comparedBodyOf(question), measure: true })
    if (outcome === 'stopped') return
    if (outcome.kind === 'done')
      setMeasured({ of: question, assessment: outcome.body, fault: null })
    else if (shown !== null)
      setMeasured({ of: question, assessment: shown, fault: faultOf(outcome) })
  }
  return (
    <div class="alternatives">
      <h3 id="alternatives-title">{text.alternatives}</h3>
      {isWanted ? null : (
        <p>
          <button type="button" class="quiet" onClick={() => setWantedOf(question)}>
            {text.compareAll}
          </button>
        </p>
      )}
      {found === null ? (
        <p role="status">
          <Said text={isWanted ? (detail ?? text.comparing) : ''} />
        </p>
      ) : (
        <>
          <Table
            alternatives={found}
            take={(alternative) => takeOver(withAlternative(question, alternative))}
          />
          <Corridors corridors={shown?.corridors ?? []} />
          <NoStreets obstacle={shown?.streetObstacle ?? null} />
          {long.percent === null ? (
            <p>
              <button type="button" class="quiet" onClick={() => void measure()}>
                {alternativeWords().measure}
              </button>
            </p>
          ) : null}
          <Progress {...long} />
          <p class="fault" role="status">
            <Said text={measured?.of === question ? (measured.fault ?? '') : ''} />
          </p>
        </>
      )}
    </div>
  )
}

function NoStreets({ obstacle }: { readonly obstacle: Assessment['streetObstacle'] }) {
  const text = alternativeWords()
  if (obstacle == null) return null
  return (
    <p>
      {text.streets} {text.streetObstacles[obstacle]}
    </p>
  )
}

/** What leads through the ban, and why it cannot be excepted. */
function Corridors({ corridors }: { readonly corridors: NonNullable<Assessment['corridors']> }) {
  if (corridors.length === 0) return null
  const text = alternativeWords()
  return (
    <>
      <h4>{text.corridors}</h4>
      <ul>
        {corridors.map(({ kind, name, obstacle }) => (
          <li key={`${kind} ${name}`}>
            <strong>{name}</strong> {obstacle === null ? text.free : text.obstacles[obstacle]}
          </li>
        ))}
      </ul>
    </>
  )
}

/** With the calls of weeks of an ordinary life. */
type Measured = {
  readonly of: Question
  readonly assessment: Assessment
  /** Why they are not there. */
  readonly fault: string | null
}

function faultOf(outcome: Exclude<Outcome<unknown>, { readonly kind: 'done' }>): string {
  const detail = outcome.kind === 'refused' ? outcome.detail : words().connecting
  return fill(assessWords().notAnswered, { detail })
}

type AlternativesProps = {
  readonly question: Question
  readonly takeOver: (question: Question) => void
}

export function comparedBodyOf(question: Question) {
  return { ...bodyOf(question), compare: true }
}

function Table({ alternatives, take }: TableProps) {
  const text = assessWords()
  const { verdicts } = registerWords()
  const modes = alternatives[0]?.perTravelMode ?? []
  const rows: readonly RowProps[] = [
    { name: text.ban, cell: sizeOf },
    { name: text.closed, cell: (one) => squareKilometers(one.areaSquareKilometers) },
    { name: text.approach, cell: ({ approachMeters }) => `${approachMeters} m` },
    { name: text.verdict, cell: ({ verdict }) => <strong>{verdicts[verdict]}</strong> },
    ...modes.map(({ mode }) => ({
      name: text.modes[mode],
      cell: ({ perTravelMode }: Alternative) => {
        const found = perTravelMode.find((one) => one.mode === mode)
        return found === undefined ? '–' : text.uses[found.canDo]
      },
    })),
    {
      name: text.groups.red,
      cell: ({ red }) => red.map((code) => `${code} ${titleOf(code)}`).join('; ') || '–',
    },
    { name: text.inside, cell: ({ offenderAddressCount }) => offenderAddressCount },
    {
      name: alternativeWords().reach,
      cell: ({ reachMeters }) => (reachMeters === undefined ? '–' : `${reachMeters} m`),
    },
    {
      name: alternativeWords().calls,
      cell: ({ callsPerDay }) =>
        callsPerDay?.toLocaleString(language.value) ?? alternativeWords().notMeasured,
    },
  ]
  return (
    <div class="scroll" tabIndex={0} role="region" aria-labelledby="alternatives-title">
      <table aria-labelledby="alternatives-title">
        <thead>
          <tr>
            <th scope="col">{text.what}</th>
            {alternatives.map(({ kind }) => (
              <th key={kind} scope="col">
                {alternativeWords().kinds[kind]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, cell }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {alternatives.map((one) => (
                <td key={one.kind}>{cell(one)}</td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">{text.take}</th>
            {alternatives.map((one) => (
              <td key={one.kind}>
                {one.kind === 'asked' ? (
                  text.same
                ) : (
                  <button type="button" class="quiet" onClick={() => take(one)}>
                    {text.take}: {alternativeWords().kinds[one.kind].toLowerCase()}
                  </button>
                )}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  )
}

type TableProps = {
  readonly alternatives: readonly Alternative[]
  readonly take: (alternative: Alternative) => void
}

type RowProps = {
  readonly name: string
  readonly cell: (alternative: Alternative) => ComponentChildren
}

function sizeOf({ radiusMeters, separationMeters, areaNames }: Alternative): string {
  const text = assessWords()
  if (radiusMeters !== null) return `${text.kinds.circle}, ${radiusMeters} m`
  if (separationMeters !== null) return `${text.kinds.distance}, ${separationMeters} m`
  return areaNames.length === 0 ? text.kinds.drawn : areaNames.join(', ')
}

function squareKilometers(area: number | null): string {
  return area === null
    ? assessWords().moves
    : `${area.toLocaleString(language.value, { maximumFractionDigits: 2 })} km²`
}
