import { useState } from 'preact/hooks'
import type { LocationBan } from '../net/api.ts'
import { formatClock } from '../words/times.ts'
import { fill, formatNumber, words } from '../words/words.ts'
import {
  Ban,
  Fix,
  heightPixels,
  LastTimes,
  Scale,
  SurroundShape,
  Track,
  widthPixels,
} from './drawn.tsx'
import { bandText, FixTable, whyOf } from './fix-table.tsx'
import { Picture } from './picture.tsx'
import { placesOf } from './places-of.ts'
import { fitProjection } from './projection.ts'
import { frameOf, type Surround } from './surround.ts'
import { TimeLine, type Moment } from './time-line.tsx'
import { isOldAmong, type MapFix } from './track.ts'

/**
 * Ban, rings, tracks and how sure each fix is, drawn by us and from nowhere else: it prints, it
 * works without a graphics card, and no tile server learns where anybody looks.
 */
export function CaseMap({ bans, fixes, moments = [], surround = null, nowMs }: CaseMapProps) {
  const [untilMs, setUntil] = useState<number | null>(null)
  const [chosen, setChosen] = useState<number | null>(null)
  if (fixes.length === 0 && bans.length === 0 && surround === null)
    return <p class="empty">{words().mapNothing}</p>
  const shown = fixes.filter((fix) => untilMs === null || fix.recordedAtMs <= untilMs)
  const frame = [...placesOf(bans, fixes, (ban) => ban.approachMeters), ...frameOf(surround)]
  const timeOf = (fix: MapFix): string => formatClock(fix.recordedAtMs, nowMs)
  const label = fill(words().mapLabel, { n: shown.length })
  const scene = { bans, fixes: shown, surround, chosenMs: chosen, timeOf, frame }
  return (
    <figure class="map">
      <Picture scene={scene} label={label} onChoose={setChosen}>
        <Drawing {...scene} label={label} onChoose={setChosen} />
      </Picture>
      <ChosenFix fixes={shown} chosen={chosen} nowMs={nowMs} />
      <Legend surround={surround} />
      <TimeLine
        fixes={fixes}
        moments={moments}
        untilMs={untilMs}
        setUntil={setUntil}
        nowMs={nowMs}
      />
      <FixTable
        fixes={shown}
        chosen={chosen}
        setChosen={setChosen}
        nowMs={nowMs}
        bans={bans}
        surround={surround}
      />
    </figure>
  )
}

export type CaseMapProps = {
  readonly bans: readonly LocationBan[]
  /** By time, of one or two people. */
  readonly fixes: readonly MapFix[]
  /** What was told, and when. */
  readonly moments?: readonly Moment[]
  /** Of who has no fix here; null: nothing is known of them, or nobody is missing. */
  readonly surround?: Surround | null
  readonly nowMs: number
}

function Drawing({
  bans,
  fixes,
  surround,
  chosenMs,
  timeOf,
  frame,
  label,
  onChoose,
}: DrawingProps) {
  const projection = fitProjection(frame, widthPixels, heightPixels)
  const isOld = isOldAmong(fixes)
  return (
    <svg viewBox={`0 0 ${widthPixels} ${heightPixels}`} role="img" aria-label={label}>
      {surround === null ? null : <SurroundShape surround={surround} projection={projection} />}
      {bans.map((ban) => (
        <Ban key={ban.id} ban={ban} projection={projection} />
      ))}
      {(['offender', 'victim'] as const).map((role) => (
        <Track key={role} role={role} fixes={fixes} projection={projection} />
      ))}
      {fixes.map((fix, place) => (
        <Fix
          key={place}
          fix={fix}
          projection={projection}
          isChosen={chosenMs === fix.recordedAtMs}
          isOld={isOld(fix)}
          onChoose={() => onChoose(fix.recordedAtMs)}
        />
      ))}
      <LastTimes fixes={fixes} projection={projection} timeOf={timeOf} />
      <Scale projection={projection} />
    </svg>
  )
}

type DrawingProps = Pick<CaseMapProps, 'bans' | 'fixes'> & {
  readonly surround: Surround | null
  readonly chosenMs: number | null
  readonly timeOf: (fix: MapFix) => string
  readonly frame: Parameters<typeof fitProjection>[0]
  readonly label: string
  readonly onChoose: (recordedAtMs: number) => void
}

/** What is under the hand, in words. */
function ChosenFix({ fixes, chosen, nowMs }: ChosenFixProps) {
  const found = fixes.filter(({ recordedAtMs }) => recordedAtMs === chosen)
  return (
    <p class="chosen-fix" role="status">
      {found
        .map((fix) =>
          [
            formatClock(fix.recordedAtMs, nowMs),
            words().mapLegend[fix.role],
            `±${Math.round(fix.accuracyMeters)} m`,
            fix.isBelieved ? words().believed : `${words().doubted}: ${whyOf(fix)}`,
          ].join(' · '),
        )
        .join(' / ')}
    </p>
  )
}

type ChosenFixProps = {
  readonly fixes: readonly MapFix[]
  readonly chosen: number | null
  readonly nowMs: number
}

function Legend({ surround }: { readonly surround: Surround | null }) {
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
      {surround?.squareMeters == null ? null : (
        <span class="key-square">
          {fill(words().mapSquare, { km: formatNumber(surround.squareMeters / 1_000) })}
        </span>
      )}
      {surround?.band == null ? null : <span class="key-band">{bandText(surround.band)}</span>}
    </figcaption>
  )
}
