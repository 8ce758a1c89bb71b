import { canSupport, isBelieved } from '../belief/believe-fix.ts'
import { lacksSatellites } from '../belief/reception.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Opening, Question } from './episode.ts'
import type { Scene } from './scene.ts'
import { probabilityWithin } from '../../../geo/probability.ts'

/**
 * What one fix says of one ring around an area or a person. `breach`: more likely within it than
 * not. `clear`: believed, and beyond its border by the margin that leaving asks for. `unknown`:
 * neither. `clear` ends an episode soon; what is `unknown` and yet surely outside, near the
 * border, ends it after ten minutes of nothing else (`leaving.ts`).
 */
export type Verdict = 'breach' | 'clear' | 'unknown'

/**
 * `sigmas` is how far beyond the border it lies, in its own sigmas; a chance alone does not say
 * that, for of a house nothing much larger than it is likely within, wherever it lies. `isOutside`
 * is whether the fix lies beyond the border by the margin; null where being away from the place
 * that is measured is not being away from the person. A fix that is not believed may keep a
 * question open, never close one.
 */
export function readRing(
  scene: Judging,
  probability: number,
  sigmas: number,
  isOutside: boolean | null = null,
): RingReading {
  const { limits } = scene
  const isSure = probability <= limits.leaveProbabilityMax && sigmas >= limits.leaveSigmaFactor
  const isUnlikely =
    probability <= limits.unlikelyProbabilityMax && sigmas >= limits.unlikelySigmaFactor
  return {
    probability,
    verdict: findVerdict(scene, probability, isOutside === true),
    isSurelyOutside: isOutside !== null && isSure && canClear(scene),
    isUnlikely,
  }
}

/** The same of a distance between two places, neither of which is quite sure. */
export function readDistance(
  scene: Judging,
  { apartMeters, sigmaMeters }: Apart,
  ringMeters: number,
  isOutside: boolean | null = null,
): RingReading {
  const probability = probabilityWithin(apartMeters, sigmaMeters, ringMeters)
  return readRing(scene, probability, (apartMeters - ringMeters) / sigmaMeters, isOutside)
}

type Apart = { readonly apartMeters: number; readonly sigmaMeters: number }

type Judging = Pick<Scene, 'judged' | 'limits' | 'mine' | 'theirs'>

export type RingReading = {
  readonly verdict: Verdict
  readonly probability: number
  /** Believed, and hardly within, however near its border: for long enough it ends too. */
  readonly isSurelyOutside: boolean
  /** Less so, and not within as far as it says: it does not break a row of readings outside. */
  readonly isUnlikely: boolean
}

/** What one fix says of one ban. */
export type Reading = {
  readonly breach: RingReading
  /** Of the approach band, the ban included. */
  readonly approach: RingReading
  readonly distanceMeters: number
  /** The sighting of the other person the reading rests on. */
  readonly other: CaseFix | null
  /** Where the device of the fix was before it, and that of the other person before `other`. */
  readonly before: CaseFix | null
  readonly otherBefore: CaseFix | null
  /**
   * Known to have been together along the paths between their sightings,
   * whatever this fix says by itself.
   */
  readonly together: Opening | null
  /** How likely a reading must be for two of them to open a breach together. */
  readonly supportProbability: number
  /** How likely a single one must be. Infinity: one is never enough. */
  readonly singleProbability: number
  readonly facts: Opening['facts']
}

/** What an alert is drafted from, when it begins or is told again with this reading. */
export function describeOpening(
  reading: Reading,
  scene: Scene,
  beginning: Question,
  probability: number,
): Opening {
  const { judged, limits } = scene
  const apartMs = judged.fix.recordedAtMs - beginning.fix.recordedAtMs
  const isWithinWindow = apartMs <= scene.confirmWindowMs
  return {
    fix: judged.fix,
    disbelief: judged.disbelief,
    beginning: beginning.fix,
    beginningDisbelief: beginning.disbelief,
    other: reading.other,
    before: reading.before,
    otherBefore: reading.otherBefore,
    probability,
    distanceMeters: reading.distanceMeters,
    facts: {
      ...reading.facts,
      confirmWindowMs: isWithinWindow ? scene.confirmWindowMs : scene.questionMsMax,
      breachProbabilitySingle: limits.breachProbabilitySingle,
      breachProbabilityRepeated: limits.breachProbabilityRepeated,
      confirmedByFixCount: beginning.fix === judged.fix ? 1 : 2,
    },
  }
}

/** From where both are seen: not from an address, an old place, or a place that is doubted. */
export function isMeasured(facts: Opening['facts']): boolean {
  return typeof facts['basis'] !== 'string'
}

/** Believed, and by receivers that see the sky, where they say whether they do. */
export function canClear(judging: Judging): boolean {
  if (!isWellSeen(judging)) return false
  const { judged, theirs, limits } = judging
  const { fix } = judged
  // An older sighting of the other person is not what is measured from.
  const other = theirs?.sighting ?? null
  if (theirs === null || other === null) return true
  const isFresh = fix.recordedAtMs - other.recordedAtMs <= limits.sightingGapMsMax
  return !isFresh || !lacksSatellites(theirs, other)
}

/** The fix by itself, whatever is known of the other person. */
export function isWellSeen({ judged, mine }: Judging): boolean {
  return isBelieved(judged.disbelief) && !lacksSatellites(mine, judged.fix)
}

function findVerdict(scene: Judging, probability: number, isOutside: boolean): Verdict {
  const { judged, limits } = scene
  if (isOutside && canClear(scene)) return 'clear'
  const isWithin = probability >= limits.breachProbabilityRepeated
  return isWithin && canSupport(judged.disbelief) ? 'breach' : 'unknown'
}
