import { maxOf } from '../../../core/model/lists.ts'
import { formatTimeLeft } from '../../../core/model/alert-kinds/sentence.ts'
import type { Alert, AlertDetail } from '../net/api.ts'
import { fill, words } from '../words/words.ts'

/**
 * How long until the ban is broken, and until he may be beside her, at the pace of the newest fix
 * behind the alert: it runs down between two fixes, because nobody stands still for a screen. Null
 * where no pace foretells it, or it is broken or over already.
 */
export function timeLeftOf(alert: TimedAlert, evidence: TimedEvidence, nowMs: number) {
  const { secondsToBreach, closingMetersPerSecond } = evidence.facts
  if (!alert.stillGoingOn || alert.late || typeof secondsToBreach !== 'number') return null
  const seenMs = maxOf(evidence.fixes.map(({ recordedAt }) => Date.parse(recordedAt)))
  if (!Number.isFinite(seenMs)) return null
  const left = (seconds: number): string | null => {
    const leftSeconds = seconds - (nowMs - seenMs) / 1_000
    if (leftSeconds <= 0) return words().timeIsUp
    const time = formatTimeLeft(leftSeconds)
    return time === null ? null : fill(words().about, { time })
  }
  const toBreach = left(secondsToBreach)
  if (toBreach === null) return null
  const isPair = alert.kind === 'proximity-approach'
  const first = fill(isPair ? words().toSeparation : words().toBorder, { time: toBreach })
  const besideSeconds =
    isPair && typeof closingMetersPerSecond === 'number' && closingMetersPerSecond > 0
      ? (alert.distanceMeters ?? Number.NaN) / closingMetersPerSecond
      : Number.NaN
  const toHer = Number.isNaN(besideSeconds) ? null : left(besideSeconds)
  return toHer === null ? first : `${first}, ${fill(words().toPerson, { time: toHer })}`
}

type TimedAlert = Pick<Alert, 'kind' | 'stillGoingOn' | 'late' | 'distanceMeters'>
type TimedEvidence = Pick<AlertDetail['evidence'], 'facts'> & {
  readonly fixes: readonly { readonly recordedAt: string }[]
}
