import { formatAge, formatClock } from '../words/times.ts'
import { fill, words } from '../words/words.ts'
import { splitTrack, type MapFix } from './track.ts'

/** Something that was told of the alert, on its time line. */
export type Moment = { readonly atMs: number; readonly name: string }

/**
 * In real time, and not from fix to fix: a gap is as long as it was. Beside the slider it leads from
 * fix to fix, since a second of an hour is hard to hit.
 */
export function TimeLine({ fixes, moments, untilMs, setUntil, nowMs }: TimeLineProps) {
  const first = fixes[0]?.recordedAtMs
  const last = fixes.at(-1)?.recordedAtMs
  if (first === undefined || last === undefined || first === last) return null
  const at = untilMs ?? last
  const move = (toMs: number): void => setUntil(toMs >= last ? null : toMs)
  const before = fixes.findLast(({ recordedAtMs }) => recordedAtMs < at)?.recordedAtMs
  const after = fixes.find(({ recordedAtMs }) => recordedAtMs > at)?.recordedAtMs
  const step = (toMs: number | undefined, name: string) => (
    <button
      type="button"
      class="quiet"
      disabled={toMs === undefined}
      onClick={() => (toMs === undefined ? null : move(toMs))}
    >
      {name}
    </button>
  )
  return (
    <div class="time-line">
      <Strip fixes={fixes} moments={moments} first={first} last={last} at={at} nowMs={nowMs} />
      <label>
        {fill(words().mapUntil, { time: formatClock(at, nowMs) })}
        {untilMs === null ? '' : ` · ${words().mapPast}`}
        <input
          type="range"
          min={first}
          // In whole steps: else the last position could not be reached again.
          max={first + Math.ceil((last - first) / stepMs) * stepMs}
          step={stepMs}
          value={at}
          aria-valuetext={formatClock(at, nowMs)}
          onInput={(event) => move(Number(event.currentTarget.value))}
        />
      </label>
      <p class="steps-of-time">
        {step(before, `← ${words().mapBefore}`)} {step(after, `${words().mapAfter} →`)}
      </p>
    </div>
  )
}

const stepMs = 5_000

type TimeLineProps = {
  readonly fixes: readonly MapFix[]
  readonly moments: readonly Moment[]
  /** Null: up to the last there is. */
  readonly untilMs: number | null
  readonly setUntil: (untilMs: number | null) => void
  readonly nowMs: number
}

/** When anybody was seen, when nobody was, and when it was told; in words in table and diary. */
function Strip({ fixes, moments, first, last, at, nowMs }: StripProps) {
  const x = (ms: number): number => (1_000 * (ms - first)) / (last - first)
  const gaps = (['offender', 'victim'] as const).flatMap((role) =>
    splitTrack(fixes, role).filter(({ isGap }) => isGap),
  )
  return (
    <svg class="strip" viewBox="0 0 1000 44" preserveAspectRatio="none" aria-hidden="true">
      {gaps.map(({ from, to }) => (
        <rect
          key={`${from.role} ${from.recordedAtMs}`}
          class="gap"
          x={x(from.recordedAtMs)}
          y={from.role === 'offender' ? 16 : 32}
          width={x(to.recordedAtMs) - x(from.recordedAtMs)}
          height="8"
        >
          <title>{gapText(to.recordedAtMs - from.recordedAtMs)}</title>
        </rect>
      ))}
      {fixes.map((fix, place) => (
        <rect
          key={place}
          class={`seen ${fix.role} ${fix.isBelieved ? 'believed' : 'doubted'}`}
          x={x(fix.recordedAtMs) - 2}
          y={fix.role === 'offender' ? 14 : 30}
          width="4"
          height="12"
        />
      ))}
      {moments
        .filter(({ atMs }) => atMs >= first && atMs <= last)
        .map(({ atMs, name }) => (
          <path key={`${atMs} ${name}`} class="moment" d={`M${x(atMs) - 5},0h10l-5,12Z`}>
            <title>{`${formatClock(atMs, nowMs)} ${name}`}</title>
          </path>
        ))}
      <path class="at" d={`M${x(at)},0V44`} />
    </svg>
  )
}

type StripProps = Pick<TimeLineProps, 'fixes' | 'moments' | 'nowMs'> & {
  readonly first: number
  readonly last: number
  readonly at: number
}

export function gapText(lengthMs: number): string {
  return fill(words().mapGap, { length: formatAge(lengthMs) })
}
