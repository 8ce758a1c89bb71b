import type { LocationBan } from '../net/api.ts'
import { formatNumber } from '../words/words.ts'
import type { Surround } from './surround.ts'
import { approachOf } from './approach.ts'
import { ringsOf, type Ring } from './places-of.ts'
import { placeLabels, roundScale, type Projection } from './projection.ts'
import { lastOfEach, splitTrack, type MapFix } from './track.ts'

/** The height of the picture, for what stands at its lower edge. */
export const heightPixels = 480
export const widthPixels = 800

export function Ban({
  ban,
  projection,
}: {
  readonly ban: LocationBan
  readonly projection: Projection
}) {
  if (ban.circle != null) {
    const ringPixels = ban.approachMeters * projection.pixelsPerMeter
    const { x, y } = projection.toPixels(ban.circle)
    const radius = ban.circle.radiusMeters * projection.pixelsPerMeter
    return (
      <g>
        <circle class="approach" cx={x} cy={y} r={radius + ringPixels} />
        <circle class="ban" cx={x} cy={y} r={radius} />
      </g>
    )
  }
  const path = (rings: readonly Ring[]): string =>
    rings.map((ring) => pathOf(ring, projection)).join(' ')
  return (
    <g>
      <path class="approach" d={path(approachOf(ban))} />
      <path class="ban" d={path(ringsOf(ban))} fill-rule="evenodd" />
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

export function Track({ role, fixes, projection }: TrackProps) {
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

export function Fix({ fix, projection, isChosen, isOld, onChoose }: FixProps) {
  const { x, y } = projection.toPixels(fix)
  const kind = `${fix.role} ${fix.isBelieved ? 'believed' : 'doubted'} ${isChosen ? 'chosen' : ''} ${isOld ? 'old' : ''}`
  return (
    // A help for who points: the same is chosen in the table, and by stepping on the time line.
    <g class={`fix ${kind}`} onClick={onChoose}>
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
  /** Long before the last one that is shown: its circle is fainter. */
  readonly isOld: boolean
  readonly onChoose: () => void
}

/** Where somebody is, as far as it may be told: a square, or a ring around a place. */
export function SurroundShape({
  surround,
  projection,
}: {
  readonly surround: Surround
  readonly projection: Projection
}) {
  const { x, y } = projection.toPixels(surround)
  const perMeter = projection.pixelsPerMeter
  const half = ((surround.squareMeters ?? 0) * perMeter) / 2
  const ring = (meters: number): string => {
    const radius = meters * perMeter
    return `M${x - radius},${y}a${radius},${radius} 0 1 0 ${2 * radius},0a${radius},${radius} 0 1 0 ${-2 * radius},0Z`
  }
  return (
    <g class="surround">
      {half === 0 ? null : (
        <rect class="square" x={x - half} y={y - half} width={2 * half} height={2 * half} />
      )}
      {surround.band === null ? null : (
        <path
          class="band-of-victim"
          fill-rule="evenodd"
          d={`${ring(surround.band.outerMeters)}${surround.band.innerMeters > 0 ? ring(surround.band.innerMeters) : ''}`}
        />
      )}
    </g>
  )
}

/** Beside where each person was last, and in the picture, which paper cuts off too. */
export function LastTimes({ fixes, projection, timeOf }: LastTimesProps) {
  const lasts = lastOfEach(fixes)
  const ground = { fixes: fixes.map(projection.toPixels), widthPixels, heightPixels }
  return (
    <>
      {placeLabels(lasts.map(projection.toPixels), ground).map(({ x, y, anchor }, place) => {
        const fix = lasts[place]
        return fix === undefined ? null : (
          <text key={fix.role} class="last-time" x={x} y={y} text-anchor={anchor}>
            {timeOf(fix)}
          </text>
        )
      })}
    </>
  )
}

type LastTimesProps = {
  readonly fixes: readonly MapFix[]
  readonly projection: Projection
  readonly timeOf: (fix: MapFix) => string
}

export function Scale({ projection }: { readonly projection: Projection }) {
  const meters = roundScale(projection)
  const y = heightPixels - 16
  const end = 16 + meters * projection.pixelsPerMeter
  const text = meters >= 1_000 ? `${formatNumber(meters / 1_000)} km` : `${meters} m`
  return (
    <g class="scale">
      <path d={`M16,${y - 6}V${y}H${end}V${y - 6}`} />
      <text x="20" y={y - 6}>
        {text}
      </text>
    </g>
  )
}
