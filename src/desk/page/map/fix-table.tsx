import { Fragment } from 'preact'
import { useFold } from '../case/use-fold.ts'
import type { LocationBan } from '../net/api.ts'
import { formatClock } from '../words/times.ts'
import { fill, formatNumber, wordOf, words } from '../words/words.ts'
import { ringsOf } from './places-of.ts'
import type { Surround } from './surround.ts'
import { gapText } from './time-line.tsx'
import { splitTrack, type MapFix } from './track.ts'

/** Everything the picture shows, in words: choosing a row marks its fix. */
export function FixTable({ fixes, chosen, setChosen, nowMs, ...areas }: FixTableProps) {
  const fold = useFold()
  if (fixes.length === 0 && areas.surround === null) return null
  return (
    <details class="fix-table" {...fold}>
      <summary>{fill(words().mapTable, { n: fixes.length })}</summary>
      {fold.open ? (
        <div class="scroll" tabIndex={0} role="region" aria-label={words().mapTableName}>
          <AreaList {...areas} />
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
              <Rows fixes={fixes} chosen={chosen} setChosen={setChosen} nowMs={nowMs} />
            </tbody>
          </table>
        </div>
      ) : null}
    </details>
  )
}

type RowsProps = {
  readonly fixes: readonly MapFix[]
  readonly chosen: number | null
  readonly setChosen: (recordedAtMs: number) => void
  readonly nowMs: number
}

type FixTableProps = RowsProps & AreaListProps

function Rows({ fixes, chosen, setChosen, nowMs }: RowsProps) {
  const gapAfter = new Map(
    (['offender', 'victim'] as const).flatMap((role) =>
      splitTrack(fixes, role)
        .filter(({ isGap }) => isGap)
        .map(({ from, to }) => [to, to.recordedAtMs - from.recordedAtMs] as const),
    ),
  )
  return (
    <>
      {[...fixes].reverse().map((fix, place) => {
        const gapMs = gapAfter.get(fix)
        return (
          <Fragment key={place}>
            <tr class={chosen === fix.recordedAtMs ? 'chosen' : ''}>
              <td>
                <button type="button" class="quiet" onClick={() => setChosen(fix.recordedAtMs)}>
                  {formatClock(fix.recordedAtMs, nowMs)}
                </button>
              </td>
              <td>{words().mapLegend[fix.role]}</td>
              <td>±{Math.round(fix.accuracyMeters)} m</td>
              <td>{fix.isBelieved ? words().believed : words().doubted}</td>
              <td>{whyOf(fix)}</td>
            </tr>
            {gapMs === undefined ? null : (
              <tr class="gap-row">
                <td colSpan={5}>
                  {words().mapLegend[fix.role]}: {gapText(gapMs)}
                </td>
              </tr>
            )}
          </Fragment>
        )
      })}
    </>
  )
}

/** Why a fix is doubted, in the words of the page. */
export function whyOf({ disbelief }: Pick<MapFix, 'disbelief'>): string {
  return disbelief.map((reason) => wordOf(words().disbelief, reason)).join(', ')
}

/** The areas of the picture: what is banned, how near it counts, and who is somewhere in a band. */
function AreaList({ bans, surround }: AreaListProps) {
  const text = words()
  return (
    <ul class="areas">
      {bans.map((ban) => (
        <li key={ban.id}>
          {text.mapLegend.ban}: {ban.label} ({sizeOf(ban)}),{' '}
          {fill(text.orderRing, { meters: ban.approachMeters })}
        </li>
      ))}
      {surround?.squareMeters == null ? null : (
        <li>{fill(text.mapSquare, { km: formatNumber(surround.squareMeters / 1_000) })}</li>
      )}
      {surround?.band == null ? null : <li>{bandText(surround.band)}</li>}
    </ul>
  )
}

type AreaListProps = {
  readonly bans: readonly LocationBan[]
  readonly surround: Surround | null
}

export function bandText({
  innerMeters,
  outerMeters,
}: {
  readonly innerMeters: number
  readonly outerMeters: number
}): string {
  const round = (meters: number): string => String(Math.round(meters / 10) * 10)
  return innerMeters === 0
    ? fill(words().mapBandWithin, { outer: round(outerMeters) })
    : fill(words().mapBand, { inner: round(innerMeters), outer: round(outerMeters) })
}

function sizeOf(ban: LocationBan): string {
  if (ban.circle != null) return fill(words().mapRadius, { meters: ban.circle.radiusMeters })
  if (ban.geometry == null) return words().mapHidden
  const count = ringsOf(ban).reduce((sum, ring) => sum + Math.max(0, ring.length - 1), 0)
  return fill(words().mapCorners, { n: count })
}
