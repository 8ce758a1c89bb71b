import { useMemo } from 'preact/hooks'
import { certaintyOf } from '../../../core/model/certainty.ts'
import { tellApart } from '../../../core/model/alert-kinds/nearness-words.ts'
import {
  readOrder,
  readProtectionState,
  type Alert,
  type AlertDetail,
  type AlertTrack,
  type Order,
  type ProtectionState,
} from '../net/api.ts'
import { useReading } from '../net/use-reading.ts'
import { CaseMap } from '../map/case-map.tsx'
import { surroundOf } from '../map/surround.ts'
import { joinFixes } from '../map/track.ts'
import { Reasons } from '../register/protection.tsx'
import { nowMs } from '../state/desk.ts'
import { registerWords } from '../words/register/words.ts'
import { formatClock } from '../words/times.ts'
import { fill, language, wordOf, words } from '../words/words.ts'
import { DevicesOfCase } from './devices-of-case.tsx'
import { timeLeftOf } from './time-left.ts'
import { useFold } from './use-fold.ts'
import { useTrack } from './use-track.ts'

/** What the alert rests on: where, how sure, under which order, and what is wrong beside it. */
export function Evidence({ alert, detail, isFirst }: EvidenceProps) {
  // Whoever takes the alert over is shown the areas of the order from then on; what is told anew may
  // be told of areas that were amended since.
  const since = [alert.status, alert.acknowledgedBy, alert.toldAt, alert.clearedAt].join(' ')
  const order = useReading(alert.protectionOrderId, readOrder, since).body
  const state = useReading(alert.protectionOrderId, readProtectionState, since).body
  // One track for a case: each reading is on record.
  const track = useTrack(alert, isFirst && detail.detailLevel === 'whole')
  // A page that counts seconds renders again and again; an hour of fixes is drawn when it is read.
  const map = useMemo(
    () => drawMap(alert, { detail, track, order }),
    [detail, track, order, language.value],
  )
  return (
    <div class="evidence">
      <Certainty alert={alert} detail={detail} />
      {order === null && alert.protectionOrderId !== null ? (
        <p class="late" role="status">
          {words().bansUnread}
        </p>
      ) : null}
      {track === null ? null : <TrackNote track={track} />}
      {map}
      <WhatIsWithheld evidence={detail.evidence} />
      {state === null ? null : <Protection state={state} />}
      <DevicesOfCase ids={deviceIdsOf(alert, detail, track)} since={alert.toldAt} />
      {order === null ? null : <OrderPanel order={order} />}
    </div>
  )
}

function WhatIsWithheld({ evidence }: Pick<AlertDetail, 'evidence'>) {
  if (!evidence.isAsSealed) {
    return (
      <p class="late" role="alert">
        {words().evidenceTouched}
      </p>
    )
  }
  return evidence.note === null ? null : <p class="withheld">{words().withheld}</p>
}

/** Those that were seen here, and the one that the alert is about. */
function deviceIdsOf(alert: Alert, detail: AlertDetail, track: AlertTrack | null): string[] {
  const fixes = [...detail.evidence.fixes, ...(track?.fixes ?? [])]
  const ids = [...fixes.map(({ deviceId }) => deviceId), alert.deviceId]
  return [...new Set(ids.filter((id) => id !== null))]
}

type EvidenceProps = {
  readonly alert: Alert
  readonly detail: AlertDetail
  /** On top of its case. */
  readonly isFirst: boolean
}

function drawMap(alert: Alert, { detail, track, order }: Read) {
  const fixes = joinFixes(withMs(detail.evidence.fixes), withMs(track?.fixes ?? []))
  const bans = (order?.locationBans ?? []).filter(
    (ban) => alert.locationBanId === null || ban.id === alert.locationBanId,
  )
  const moments = detail.history.map(({ at, kind }) => ({
    atMs: Date.parse(at),
    name: wordOf(words().history, kind),
  }))
  return (
    <CaseMap
      bans={bans}
      fixes={fixes}
      moments={detail.detailLevel === 'whole' ? moments : []}
      surround={surroundOf(detail, order, fixes)}
      nowMs={nowMs.peek()}
    />
  )
}

type Read = {
  readonly detail: AlertDetail
  readonly track: AlertTrack | null
  readonly order: Order | null
}

function withMs<T extends { readonly recordedAt: string }>(fixes: readonly T[]) {
  return fixes.map((fix) => ({ ...fix, recordedAtMs: Date.parse(fix.recordedAt) }))
}

/** Whose way is here, and what is missing of it. */
function TrackNote({ track }: { readonly track: AlertTrack }) {
  const time = (text: string): string => formatClock(Date.parse(text), nowMs.value)
  const text = words()
  return (
    <p class="withheld">
      {track.shown === 'nobody'
        ? text.trackHidden
        : fill(text.trackOfHour, { from: time(track.from), until: time(track.until) })}{' '}
      {track.truncated ? text.trackTruncated : ''}{' '}
      {track.unreadableCount === 0
        ? ''
        : fill(text.trackUnreadable, { count: String(track.unreadableCount) })}
    </p>
  )
}

function Certainty({ alert, detail }: Pick<EvidenceProps, 'alert' | 'detail'>) {
  // Held back is not unknown; the note says who is shown it.
  if (alert.detailLevel === 'coarse') return null
  const distance = alert.distanceMeters
  if (alert.probability === null && distance === null) return null
  const timeLeft = timeLeftOf(alert, detail.evidence, nowMs.value)
  const { facts } = detail.evidence
  const side = alert.kind === 'proximity-breach' ? 'within' : 'beyond'
  return (
    <p>
      <strong>{words().certainty}:</strong> {words().certainties[certaintyOf(alert.probability)]}
      {distance === null ? null : (
        <>
          {' · '}
          <strong>{words().nearest}:</strong>{' '}
          {tellApart({ distanceMeters: distance, facts }, language.value, side)}
        </>
      )}
      {timeLeft === null ? null : (
        <>
          {' · '}
          <strong>{words().timeLeft}:</strong> {timeLeft}
        </>
      )}
    </p>
  )
}

function Protection({ state }: { readonly state: ProtectionState }) {
  return (
    <section>
      <h3>
        {words().protection}: {words().protectionStates[state.state]}
      </h3>
      <Reasons state={state} />
    </section>
  )
}

function OrderPanel({ order }: { readonly order: Order }) {
  const time = (text: string): string => formatClock(Date.parse(text), nowMs.value)
  const fold = useFold()
  return (
    <details {...fold}>
      <summary>
        {words().order} {order.reference}
      </summary>
      <dl>
        <dt>{words().orderBasis}</dt>
        <dd>{registerWords().bases[order.legalBasis]}</dd>
        <dt>{words().orderTerm}</dt>
        <dd>
          {time(order.validFrom)} – {time(order.validUntil)}
        </dd>
        {order.locationBans.map((ban) => (
          <>
            <dt>{words().orderBan}</dt>
            <dd>
              {ban.label} ({fill(words().orderRing, { meters: ban.approachMeters })})
            </dd>
          </>
        ))}
        {order.proximityBans.map((ban) => (
          <>
            <dt>{words().orderSeparation}</dt>
            <dd>{ban.separationMeters} m</dd>
          </>
        ))}
      </dl>
    </details>
  )
}
