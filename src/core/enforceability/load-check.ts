import type { Limits } from '../model/limits.ts'
import type { FeatureKind } from '../roads/street-map.ts'
import type { EnforceabilityCheck } from './check-result.ts'
import { judged } from './check-result.ts'
import { featureWordsNl, tellCoarseNl } from './tell-dutch.ts'

/** What an ordinary life beside a ban would call for, measured by whoever asks. */
export type PredictedLoad = {
  /** Calls of P1 or P2 a day, of the seed in the middle and of the worst. */
  readonly perDayMedian: number
  readonly perDayWorst: number
  readonly passagesPerWeek: number
  /** Whereto the ways lead that pass. */
  readonly causes: readonly string[]
  readonly weekCount: number
  readonly seedCount: number
  /** Of the offender's own stored positions, and not of a life that was thought of. */
  readonly isRecorded: boolean
}

/** Whether those at the desk would be called for nothing day after day, until they look away. */
export function checkAlertLoad(load: PredictedLoad, limits: Limits): EnforceabilityCheck {
  const value = Math.round(load.perDayMedian * 100) / 100
  const base = { code: 'E15', value, threshold: limits.callsPerDayGreenMax, unit: 'calls per day' }
  const { weekCount, seedCount, passagesPerWeek } = load
  const worst = Math.round(load.perDayWorst * 100) / 100
  const because = load.causes.length === 0 ? '' : `, on the way to ${load.causes.join(', ')}`
  const becauseNl =
    load.causes.length === 0 ? '' : `, op weg naar ${load.causes.map(nameNl).join(', ')}`
  const result =
    value <= limits.callsPerDayGreenMax
      ? 'green'
      : value <= limits.callsPerDayAmberMax
        ? 'amber'
        : 'red'
  if (load.isRecorded) {
    const days = Math.round(load.weekCount * 7)
    const perWeek = Math.round(load.perDayMedian * 70) / 10
    return judged(
      base,
      result,
      'judgement',
      `By the positions of the last ${days} days this ban would have called ${value} times a day (${perWeek} a week; ${worst} on the worst day).`,
      `Met de posities van de laatste ${days} dagen had dit verbod ${tellCoarseNl(value)} meldingen per dag gegeven (${tellCoarseNl(perWeek)} per week; ${tellCoarseNl(worst)} op de drukste dag).`,
    )
  }
  return judged(
    base,
    result,
    'judgement',
    `An ordinary life would make ${value} calls a day (at worst ${worst}; ${seedCount} times ${weekCount} simulated weeks), with ${passagesPerWeek} passages a week${because}.`,
    `Een gewoon leven geeft ${tellCoarseNl(value)} meldingen per dag (ten hoogste ${tellCoarseNl(worst)}; ${seedCount} keer ${weekCount} gesimuleerde weken), met ${passagesPerWeek} passages per week${becauseNl}.`,
  )
}

/** What has no name on the map is called by its kind. */
function nameNl(cause: string): string {
  return isFeatureKind(cause) ? featureWordsNl[cause] : cause
}

function isFeatureKind(text: string): text is FeatureKind {
  return Object.hasOwn(featureWordsNl, text)
}
