import type { z } from 'zod'
import {
  assessEnforceability,
  type EnforceabilityAssessment,
} from '../../core/enforceability/enforceability.ts'
import type { MeasureLoad } from '../../core/enforceability/alternatives.ts'
import type { KnownPlaces } from '../../core/enforceability/ground.ts'
import type { EnforceabilityProposal } from '../../core/enforceability/proposal.ts'
import { measureReception } from '../../core/enforceability/reception-check.ts'
import { compileBan } from '../../core/enforceability/reach.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { StreetMap } from '../../core/roads/street-map.ts'
import { MapFault } from '../../map/map-fault.ts'
import type { enforceabilityBodySchema } from '../../schemas/enforceability.ts'
import type { BodyFault } from '../../schemas/faults.ts'
import { readProposal } from '../../schemas/read-proposal.ts'
import { choosePoliceTime, type AskedPlaces, type UsedPoliceTime } from '../choose-police-time.ts'
import { adviseOnPlaces } from '../advise-on-places.ts'
import { writeAdvice } from '../advice-page.ts'
import { predictLoad } from '../load/predict-load.ts'
import { replayRecorded } from '../load/replay-recorded.ts'
import { resolveArea } from '../resolve-area.ts'
import { answerBodyOf } from './answer-body.ts'
import { readFixes, type StoredPositions } from './stored-positions.ts'

/**
 * The whole answer to one question, wherever it is worked out: what it says, the question as it was
 * understood, and the pages of the advice where it is kept. `onStep` is called now and then; it may
 * throw, and then there is no answer.
 */
export function answerQuestion(
  { question: sent, isComparing, isMeasuring, kept, positions }: AssessTask,
  places: AskedPlaces,
  limits: Limits,
  onStep: (percent: number) => void,
): AssessAnswer {
  const question = findArea(sent, places)
  if ('faults' in question) return question
  const { proposal: read, ringMeters, advisories, faults } = readProposal(question)
  if (read === null) return { faults }
  const chosen = choosePoliceTime(read, question.policeTimeSource ?? null, places)
  if ('faults' in chosen) return chosen
  const { proposal: asked, policeTime } = chosen
  const { map } = places
  const play =
    isMeasuring && map !== null
      ? playWeeks(map, limits, isComparing ? countFixed(asked, places, limits) : 1, onStep)
      : null
  const proposal = { ...asked, ...count(asked, positions, play, limits, onStep) }
  const assessment = assessEnforceability(proposal, limits, places, {
    isComparing,
    measureLoad: play,
  })
  onStep(99)
  const answer = {
    ...answerBodyOf(assessment, ringMeters),
    mapId: map?.id ?? null,
    limitsVersion: limits.version,
    policeTime,
    advisories: [...advisories, ...adviseOnPlaces(proposal, map)],
  }
  if (kept === null) return { question, answer, pages: null }
  return {
    question,
    answer,
    pages: writePages({ proposal, assessment, map, policeTime, kept, limits }),
  }
}

export type AssessTask = {
  readonly question: AskedQuestion
  readonly isComparing: boolean
  /** Weeks of an ordinary life are played, for this ban and for those beside it. */
  readonly isMeasuring: boolean
  /** Null: nothing is kept, so that no pages are written. */
  readonly kept: { readonly label: string; readonly day: string } | null
  /** Of somebody who is monitored already; null: of nobody. */
  readonly positions: StoredPositions | null
}

export type AskedQuestion = z.output<typeof enforceabilityBodySchema>

export type AssessAnswer =
  | { readonly faults: readonly BodyFault[] }
  | {
      readonly question: AskedQuestion
      readonly answer: ReturnType<typeof answerBodyOf> & {
        readonly mapId: string | null
        readonly limitsVersion: string
        readonly policeTime: UsedPoliceTime | null
        readonly advisories: Advisories
      }
      readonly pages: { readonly court: string; readonly file: string } | null
    }

type Advisories = { pointer: string; code: string; detail: string }[]

function findArea(
  question: AskedQuestion,
  { areas }: KnownPlaces,
): AskedQuestion | { readonly faults: readonly BodyFault[] } {
  try {
    return resolveArea(question, areas)
  } catch (error) {
    if (!(error instanceof MapFault)) throw error
    const pointer = question.areaCodes == null ? '/geometry' : '/areaCodes'
    const { message: detail, sentenceNl } = error
    const told = sentenceNl === null ? {} : { detailNl: sentenceNl }
    return { faults: [{ pointer, code: 'custom', detail, ...told }] }
  }
}

/** What stored positions say of reception and calls; else what an ordinary life would. */
function count(
  proposal: EnforceabilityProposal,
  positions: StoredPositions | null,
  play: MeasureLoad | null,
  limits: Limits,
  onStep: (percent: number) => void,
): Pick<EnforceabilityProposal, 'reception' | 'predictedLoad'> {
  const simulated = () => play?.(proposal) ?? null
  if (positions === null) return { reception: null, predictedLoad: simulated() }
  const fixes = readFixes(positions)
  const { intervalMs } = positions
  const marginMeters = proposal.approachMeters + limits.receptionMarginMeters
  const about = { shape: compileBan(proposal.ban), marginMeters, intervalMs }
  onStep(1)
  const reception = measureReception(fixes, about, limits)
  const recorded = replayRecorded(proposal, fixes, { intervalMs, limits, onStep })
  return { reception, predictedLoad: recorded ?? simulated() }
}

/**
 * Plays weeks of an ordinary life beside one ban after the other, and says how far all of them are:
 * nearly all of the work where it is asked.
 */
function playWeeks(
  map: StreetMap,
  limits: Limits,
  banCount: number,
  onStep: (percent: number) => void,
): MeasureLoad {
  let playedCount = 0
  return (ban) => {
    if (ban.ban.kind === 'proximity') return null
    const before = playedCount++ / banCount
    return predictLoad(ban, map, limits, (percent) =>
      onStep(Math.min(1, before + percent / 100 / banCount) * 98),
    )
  }
}

/** How many bans will be played: all are judged once without, in a moment. */
function countFixed(asked: EnforceabilityProposal, places: AskedPlaces, limits: Limits): number {
  const { alternatives } = assessEnforceability(asked, limits, places, { isComparing: true })
  return Math.max(
    1,
    alternatives.filter(({ separationMeters }) => separationMeters === null).length,
  )
}

function writePages({
  kept: { label, day },
  limits,
  ...advice
}: Pick<Parameters<typeof writeAdvice>[0], 'proposal' | 'map' | 'policeTime'> & {
  readonly assessment: EnforceabilityAssessment
  readonly kept: NonNullable<AssessTask['kept']>
  readonly limits: Limits
}) {
  const whole = { ...advice, label, day, limitsVersion: limits.version }
  return { court: writeAdvice(whole, 'court'), file: writeAdvice(whole, 'file') }
}
