import { useState } from 'preact/hooks'
import { Said } from '../net/said.tsx'
import { readFigures, type DeskFigures } from '../net/api.ts'
import { useReading } from '../net/use-reading.ts'
import { nowMs } from '../state/desk.ts'
import { formatClock } from '../words/times.ts'
import { fill, formatNumber, words } from '../words/words.ts'
import { figuresWords } from './figures-words.ts'
import { callsPerSeatGoal, judgeFigures, type JudgedFigure } from './goals.ts'
import { Bars, Columns, Figure } from './plots.tsx'

const dayCounts = ['1', '7', '30'] as const

/** How the desk does, beside the figures that alarm desks are measured by. */
export function FiguresPage() {
  const [days, setDays] = useState<(typeof dayCounts)[number]>('7')
  const { body: figures, fault } = useReading(days, (count) => {
    // Of when they are read: the page may stand open since yesterday.
    const untilMs = Math.ceil(nowMs.peek() / 60_000) * 60_000
    return readFigures(untilMs - Number(count) * 86_400_000, untilMs)
  })
  const texts = figuresWords()
  return (
    <div class="figures">
      <h1>{texts.title}</h1>
      <label>
        {texts.period}{' '}
        <select
          value={days}
          onChange={(event) =>
            setDays(dayCounts.find((one) => one === event.currentTarget.value) ?? '7')
          }
        >
          {dayCounts.map((count) => (
            <option key={count} value={count}>
              {texts.periods[count]}
            </option>
          ))}
        </select>
      </label>
      {fault === null ? null : (
        <p role="alert">
          <Said text={fill(texts.notRead, { detail: fault })} />
        </p>
      )}
      {figures === null ? null : (
        <>
          <Goals figures={figures} />
          <Hours figures={figures} />
          <Answers figures={figures} />
          <Outcomes figures={figures} />
          <Sources figures={figures} />
        </>
      )}
    </div>
  )
}

function Goals({ figures }: { readonly figures: DeskFigures }) {
  const texts = figuresWords()
  return (
    <table class="goals" aria-label={texts.title}>
      <thead>
        <tr>
          <th scope="col">{texts.figure}</th>
          <th scope="col">{texts.now}</th>
          <th scope="col">{texts.goal}</th>
          <th scope="col">{texts.verdict}</th>
        </tr>
      </thead>
      <tbody>
        {judgeFigures(figures).map((figure) => (
          <tr key={figure.name}>
            <th scope="row">{texts.goals[figure.name]}</th>
            <td>{figure.value === null ? '–' : textOf(figure.value, figure.unit)}</td>
            <td>{fill(texts.atMost, { n: textOf(figure.atMost, figure.unit) })}</td>
            <td class={figure.isGood === false ? 'beyond' : undefined}>{verdictOf(figure)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function verdictOf({ isGood }: JudgedFigure): string {
  const texts = figuresWords()
  if (isGood === null) return texts.unknown
  return isGood ? texts.good : texts.bad
}

function textOf(value: number, unit: JudgedFigure['unit']): string {
  switch (unit) {
    case 'share':
      return `${formatNumber(value * 100)} %`
    case 'seconds':
      return secondsOf(value)
    case 'count':
      return formatNumber(value)
  }
}

function secondsOf(seconds: number): string {
  const texts = figuresWords()
  return seconds < 120
    ? fill(texts.seconds, { n: Math.round(seconds) })
    : fill(texts.minutes, { n: Math.round(seconds / 60) })
}

function Hours({ figures }: { readonly figures: DeskFigures }) {
  const texts = figuresWords()
  const { hours } = figures
  const every = Math.max(1, Math.ceil(hours.length / 6))
  const time = (at: string): string => formatClock(Date.parse(at), nowMs.peek()).slice(0, -3)
  return (
    <Figure
      title={texts.plotHours}
      note={fill(texts.plotHoursNote, { n: callsPerSeatGoal })}
      plot={
        <Columns
          label={texts.plotHours}
          values={hours.map(({ callCount }) => callCount)}
          goal={callsPerSeatGoal}
          ticks={hours.flatMap(({ at }, place) =>
            place % every === 0 ? [{ place, text: time(at) }] : [],
          )}
        />
      }
    >
      <Head names={[texts.hour, texts.calls, texts.seats]} />
      <tbody>
        {hours.map(({ at, callCount, seatCount }) => (
          <Line key={at} cells={[time(at), callCount, seatCount]} />
        ))}
      </tbody>
    </Figure>
  )
}

function Answers({ figures }: { readonly figures: DeskFigures }) {
  const texts = figuresWords()
  const { answers } = figures
  return (
    <Figure
      title={texts.plotAnswers}
      plot={
        <Bars
          label={texts.plotAnswers}
          bars={answers.flatMap(({ priority, p50Seconds, p95Seconds }) =>
            [
              { name: `${priority} · ${texts.median}`, seconds: p50Seconds },
              { name: `${priority} · ${texts.most}`, seconds: p95Seconds },
            ].flatMap(({ name, seconds }) =>
              seconds === null ? [] : [{ name, value: seconds, text: secondsOf(seconds) }],
            ),
          )}
        />
      }
    >
      <Head names={[texts.priority, texts.raised, texts.answered, texts.median, texts.most]} />
      <tbody>
        {answers.map(({ priority, raisedCount, answeredCount, p50Seconds, p95Seconds }) => (
          <Line
            key={priority}
            cells={[
              priority,
              raisedCount,
              answeredCount,
              p50Seconds === null ? '–' : secondsOf(p50Seconds),
              p95Seconds === null ? '–' : secondsOf(p95Seconds),
            ]}
          />
        ))}
      </tbody>
    </Figure>
  )
}

function Outcomes({ figures }: { readonly figures: DeskFigures }) {
  const texts = figuresWords()
  const bars = figures.outcomes.map(({ outcome, count }) => ({
    name: words().outcomes[outcome],
    value: count,
    text: String(count),
  }))
  return (
    <Figure title={texts.plotOutcomes} plot={<Bars label={texts.plotOutcomes} bars={bars} />}>
      <Head names={[texts.outcome, texts.count]} />
      <tbody>
        {bars.map(({ name, value }) => (
          <Line key={name} cells={[name, value]} />
        ))}
      </tbody>
    </Figure>
  )
}

function Sources({ figures }: { readonly figures: DeskFigures }) {
  const texts = figuresWords()
  const bars = figures.sources.map(({ name, callCount }) => ({
    name,
    value: callCount,
    text: String(callCount),
  }))
  return (
    <Figure title={texts.plotSources} plot={<Bars label={texts.plotSources} bars={bars} />}>
      <Head names={[texts.source, texts.calls]} />
      <tbody>
        {bars.map(({ name, value }) => (
          <Line key={name} cells={[name, value]} />
        ))}
      </tbody>
    </Figure>
  )
}

function Head({ names }: { readonly names: readonly string[] }) {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function Line({ cells }: { readonly cells: readonly (string | number)[] }) {
  return (
    <tr>
      {cells.map((cell, place) => (
        <td key={place}>{cell}</td>
      ))}
    </tr>
  )
}
