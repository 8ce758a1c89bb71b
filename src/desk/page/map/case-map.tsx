import { useState } from 'preact/hooks'
import type { LocationBan } from '../net/api.ts'
import { formatClock } from '../words/times.ts'
import { fill, words } from '../words/words.ts'
import { Picture } from './picture.tsx'
import { placesOf, ringsOf } from './places-of.ts'
import { fitProjection, roundScale, type Projection } from './projection.ts'
import { lastOfEach, splitTrack, type MapFix } from './track.ts'

/**
 * Ban, rings, tracks and how sure each fix is, drawn by us and from nowhere else: it prints, it
 * works without a graphics card, and no tile server learns where anybody looks.
 */
export function CaseMap({ bans, fixes, nowMs }: CaseMapProps) {
  const [untilMs, setUntil] = useState<number | null>(null)
  const [chosen, setChosen] = useState<number | null>(null)
  if (fixes.length === 0 && bans.length === 0) return <p class="empty">{words().mapNothing}</p>
  const shown = fixes.filter((fix) => untilMs === null || fix.recordedAtMs <= untilMs)
  const frame = placesOf(bans, fixes)
  const projection = fitProjection(frame, widthPixels, heightPixels)
  const timeOf = (fix: MapFix): string => formatClock(fix.recordedAtMs, nowMs)
  const label = fill(words().mapLabel, { n: shown.length })
  return (
    <figure class="map">
      <Picture scene={{ bans, fixes: shown, chosenMs: chosen, timeOf, frame }} label={label}>
        <svg viewBox={`0 0 ${widthPixels} ${heightPixels}`} role="img" aria-label={label}>
          {bans.map((ban) => (
            <Ban key={ban.id} ban={ban} projection={projection} />
          ))}
          {(['offender', 'victim'] as const).map((role) => (
            <Track key={role} role={role} fixes={shown} projection={projection} />
          ))}
          {shown.map((fix, place) => (
            <Fix
              key={place}
              fix={fix}
              projection={projection}
              isChosen={chosen === fix.recordedAtMs}
            />
          ))}
          {lastOfEach(shown).map((fix) => (
            <LastTime key={fix.role} fix={fix} projection={projection} text={timeOf(fix)} />
          ))}
          <Scale projection={projection} />
        </svg>
      </Picture>
      <Legend />
      <TimeLine fixes={fixes} untilMs={untilMs} setUntil={setUntil} nowMs={nowMs} />
      <FixTable fixes={shown} chosen={chosen} setChosen={setChosen} nowMs={nowMs} />
    </figure>
  )
}

export type CaseMapProps = {
  readonly bans: readonly LocationBan[]
  /** By time, of one or two people. */
  readonly fixes: readonly MapFix[]
  readonly nowMs: number
}

const widthPixels = 800
const heightPixels = 480

export function Ban({
  ban,
  projection,
}: {
  readonly ban: LocationBan
  readonly projection: Projection
}) {
  const ringPixels = ban.approachMeters * projection.pixelsPerMeter
  if (ban.circle != null) {
    const { x, y } = projection.toPixels(ban.circle)
    const radius = ban.circle.radiusMeters * projection.pixelsPerMeter
    return (
      <g>
        <circle class="approach" cx={x} cy={y} r={radius + ringPixels} />
        <circle class="ban" cx={x} cy={y} r={radius} />
      </g>
    )
  }
  const path = ringsOf(ban)
    .map((ring) => pathOf(ring, projection))
    .join(' ')
  return (
    <g>
      {/* Twice the ring as the width of a round line around the area: the ring itself. */}
      <path class="approach-line" d={path} stroke-width={2 * ringPixels} />
      <path class="ground" d={path} fill-rule="evenodd" />
      <path class="ban" d={path} fill-rule="evenodd" />
    </g>
  )
}

function pathOf(ring: readonly (readonly number[])[], projection: Projection): string {
  const points = ring.map(([longitude = 0, latitude = 0]) => {
    const { x, y } = projection.toPixels({ longitude, latitude })
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  return `M${points.join('L')}Z`
}

function Track({ role, fixes, projection }: TrackProps) {
  return (
    <g class={`track ${role}`}>
      {splitTrack(fixes, role).map(({ from, to, isGap }) => {
        const [one, other] = [projection.toPixels(from), projection.toPixels(to)]
        return (
          <line
            key={from.recordedAtMs}
            class={isGap ? 'gap' : 'seen'}
            x1={one.x}
            y1={one.y}
            x2={other.x}
            y2={other.y}
          />
        )
      })}
    </g>
  )
}

type TrackProps = {
  readonly role: MapFix['role']
  readonly fixes: readonly MapFix[]
  readonly projection: Projection
}

function Fix({ fix, projection, isChosen }: FixProps) {
  const { x, y } = projection.toPixels(fix)
  const kind = `${fix.role} ${fix.isBelieved ? 'believed' : 'doubted'} ${isChosen ? 'chosen' : ''}`
  return (
    <g class={`fix ${kind}`}>
      <circle class="accuracy" cx={x} cy={y} r={fix.accuracyMeters * projection.pixelsPerMeter} />
      {fix.role === 'offender' ? (
        <circle class="spot" cx={x} cy={y} r={isChosen ? 8 : 5} />
      ) : (
        <rect class="spot" x={x - 5} y={y - 5} width="10" height="10" />
      )}
    </g>
  )
}

type FixProps = {
  readonly fix: MapFix
  readonly projection: Projection
  readonly isChosen: boolean
}

function LastTime({ fix, projection, text }: LastTimeProps) {
  const { x, y } = projection.toPixels(fix)
  return (
    <text class="last-time" x={x} y={y - 12} text-anchor="middle">
      {text}
    </text>
  )
}

type LastTimeProps = {
  readonly fix: MapFix
  readonly projection: Projection
  readonly text: string
}

export function Scale({ projection }: { readonly projection: Projection }) {
  const meters = roundScale(projection)
  const y = heightPixels - 16
  const end = 16 + meters * projection.pixelsPerMeter
  const text = meters >= 1_000 ? `${meters / 1_000} km` : `${meters} m`
  return (
    <g class="scale">
      <path d={`M16,${y - 6}V${y}H${end}V${y - 6}`} />
      <text x="20" y={y - 6}>
        {text}
      </text>
    </g>
  )
}

function Legend() {
  const { mapLegend } = words()
  return (
    <figcaption class="legend">
      <span class="key-ban">{mapLegend.ban}</span>
      <span class="key-approach">{mapLegend.approach}</span>
      <span>● {mapLegend.offender}</span>
      <span>■ {mapLegend.victim}</span>
      <span>○ {mapLegend.doubted}</span>
      <span>┄ {mapLegend.gap}</span>
      <span>{mapLegend.accuracy}</span>
    </figcaption>
  )
}

/** In real time, and not from fix to fix: a gap is as long as it was. */
function TimeLine({ fixes, untilMs, setUntil, nowMs }: TimeLineProps) {
  const first = fixes[0]?.recordedAtMs
  const last = fixes.at(-1)?.recordedAtMs
  if (first === undefined || last === undefined || first === last) return null
  return (
    <label class="time-line">
      {fill(words().mapUntil, { time: formatClock(untilMs ?? last, nowMs) })}
      <input
        type="range"
        min={first}
        // In whole steps: else the last position could not be reached again.
        max={first + Math.ceil((last - first) / stepMs) * stepMs}
        step={stepMs}
        value={untilMs ?? last}
        aria-valuetext={formatClock(untilMs ?? last, nowMs)}
        onInput={(event) => setUntil(Number(event.currentTarget.value))}
      />
    </label>
  )
}

const stepMs = 1_000

type TimeLineProps = {
  readonly fixes: readonly MapFix[]
  readonly untilMs: number | null
  readonly setUntil: (untilMs: number) => void
  readonly nowMs: number
}

/** Everything the picture shows, in words: choosing a row marks its fix. */
function FixTable({ fixes, chosen, setChosen, nowMs }: FixTableProps) {
  if (fixes.length === 0) return null
  return (
    <details class="fix-table">
      <summary>{fill(words().mapTable, { n: fixes.length })}</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={words().mapTableName}>
        <table>
          <thead>
            <tr>
              {Object.values(words().fixColumns).map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...fixes].reverse().map((fix, place) => (
              <tr key={place} class={chosen === fix.recordedAtMs ? 'chosen' : ''}>
                <td>
                  <button type="button" class="quiet" onClick={() => setChosen(fix.recordedAtMs)}>
                    {formatClock(fix.recordedAtMs, nowMs)}
                  </button>
                </td>
                <td>{words().mapLegend[fix.role]}</td>
                <td>±{Math.round(fix.accuracyMeters)} m</td>
                <td>{fix.isBelieved ? words().believed : words().doubted}</td>
                <td>{fix.disbelief.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

type FixTableProps = {
  readonly fixes: readonly MapFix[]
  readonly chosen: number | null
  readonly setChosen: (recordedAtMs: number) => void
  readonly nowMs: number
}
