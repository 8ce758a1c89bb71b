import type { EvidenceFix } from '../core/model/alert.ts'
import type { AlertDetail } from '../store/alerts/alerts.ts'
import { disclosedFixes } from '../store/alerts/evidence-disclosure.ts'
import type { Difference } from './compare.ts'
import { withoutPosition } from './compare.ts'
import type { Explanation, Obstacle } from './explain.ts'
import { isOfCase } from './scope.ts'

/**
 * An explanation as data. A position is in it only when asked for, and then
 * only where staff may see it.
 */
export function composeReport(
  explanation: Explanation,
  options: { readonly alertId: string; readonly isShowingPositions: boolean },
): Report {
  const { stored, attempt } = explanation
  const isShowing = options.isShowingPositions
  return {
    alertId: options.alertId,
    outcome: explanation.outcome,
    alert: stored === null ? null : describeAlert(stored, isShowing),
    differences: isShowing
      ? explanation.differences.filter((difference) => mayShow(stored, difference))
      : explanation.differences.map(withoutPosition),
    isRaisedAgain: attempt === null ? null : attempt.differences !== null,
    obstacles: explanation.obstacles,
    assumptions: stored === null || attempt === null ? [] : listAssumptions(explanation, stored),
    read:
      attempt === null
        ? null
        : {
            journalRows: attempt.recomputed.rows.count,
            firstJournalId: attempt.recomputed.rows.firstId,
            lastJournalId: attempt.recomputed.rows.lastId,
            prunedUpToJournalId: explanation.prunedUpToId,
            ...attempt.recomputed.counts,
            people: attempt.scope.personIds.size,
            cases: attempt.scope.offenderIds.size,
          },
  }
}

/** Whose positions the report shows: what the access log must say. */
export function listShownPersons(explanation: Explanation): readonly string[] {
  if (explanation.stored === null) return []
  return [...new Set(disclosedFixes(explanation.stored).map(({ personId }) => personId))]
}

export type Report = {
  readonly alertId: string
  readonly outcome: Explanation['outcome']
  readonly alert: ReportedAlert | null
  readonly differences: readonly Difference[]
  /** Null when it was not tried; false when nothing like the alert came up. */
  readonly isRaisedAgain: boolean | null
  readonly obstacles: readonly Obstacle[]
  readonly assumptions: readonly Assumption[]
  readonly read: ReadCounts | null
}

export type Assumption =
  /** The engine ran through, as if the evaluator had never been started again. */
  | 'no-restart'
  /** Rules of the clock were judged at the moments the evaluator is on record to have looked. */
  | 'clock-as-recorded'
  /** Rules of the clock were judged at each deadline: not every moment of looking is on record. */
  | 'clock-at-deadlines'
  /** Judging again was done where the record says, from the journal instead of the history. */
  | 'rejudged-from-journal'
  /** The journal has been cut, and what is left was enough. */
  | 'cut-journal-was-enough'
  /** Changes of priority or moment since the alert was raised are taken from its record. */
  | 'revisions-from-record'

type ReadCounts = {
  readonly journalRows: number
  readonly firstJournalId: number | null
  readonly lastJournalId: number | null
  readonly prunedUpToJournalId: number
  readonly fixes: number
  readonly deviceEvents: number
  readonly registryChanges: number
  readonly people: number
  readonly cases: number
}

export type ReportedFix = Omit<EvidenceFix, 'longitude' | 'latitude'> & {
  readonly position: { readonly longitude: number; readonly latitude: number } | null
}

export type ReportedAlert = Omit<AlertDetail['alert'], 'evidence'> & {
  readonly evidence: Omit<AlertDetail['evidence'], 'fixes'> & {
    readonly fixes: readonly ReportedFix[]
  }
}

function describeAlert(stored: AlertDetail, isShowing: boolean): ReportedAlert {
  const shown = new Set(isShowing ? disclosedFixes(stored) : [])
  const fixes = stored.evidence.fixes.map((fix) => {
    const { longitude, latitude, ...rest } = fix
    return { ...rest, position: shown.has(fix) ? { longitude, latitude } : null }
  })
  return { ...stored.alert, evidence: { ...stored.evidence, fixes } }
}

/** Of fixes that may not be shown, a difference in position is not shown either. */
function mayShow(stored: AlertDetail | null, difference: Difference): boolean {
  if (withoutPosition(difference) === difference || stored === null) return true
  const place = Number(/^evidence\.fixes\.(\d+)\./.exec(difference.field)?.[1])
  const fix = stored.evidence.fixes[place]
  return fix !== undefined && disclosedFixes(stored).includes(fix)
}

function listAssumptions(explanation: Explanation, stored: AlertDetail): readonly Assumption[] {
  const assumptions: Assumption[] = ['no-restart']
  const { attempt } = explanation
  if (!isOfCase(stored.alert.kind)) {
    const isRecorded = attempt?.plan.clock === 'readings'
    assumptions.push(isRecorded ? 'clock-as-recorded' : 'clock-at-deadlines')
  }
  if ((attempt?.recomputed.rejudgedCount ?? 0) > 0) assumptions.push('rejudged-from-journal')
  if (explanation.outcome === 'same' && isCut(explanation)) {
    assumptions.push('cut-journal-was-enough')
  }
  if (stored.transitions.some(({ kind }) => kind === 'revised')) {
    assumptions.push('revisions-from-record')
  }
  return assumptions
}

function isCut({ prunedUpToId, attempt }: Explanation): boolean {
  return prunedUpToId > (attempt?.recomputed.rows.firstId ?? Infinity)
}
