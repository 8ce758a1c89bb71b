import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { ProtectionOrder, ProximityBan } from '../../../src/core/model/registry.ts'
import { isBanInForce, nextChangeMs } from '../../../src/core/rules/schedule.ts'
import { middleOfBan } from '../cases/case-bans.ts'
import type { DraftBan, StoryDraft } from '../cases/case-draft.ts'
import type { TrueApproach, TrueTrack } from '../cases/case-stream.ts'
import { knotOf } from './true-track.ts'
import type { Region } from '../region/region.ts'
import { latitudeOf, longitudeOf } from '../region/region.ts'
import { storyCatalogue } from '../cases/story-catalogue.ts'
import type { DraftMeeting, DraftStay, Ledger } from './truth-ledger.ts'
import { nothingRevealed } from './truth-ledger.ts'
import { findTogether, positionOn } from './truth-meetings.ts'
import { findPresence } from './truth-stays.ts'

/** What happened under the order, from where its people truly were. */
export function findTruth(lived: {
  readonly region: Region
  readonly order: ProtectionOrder
  readonly bans: readonly DraftBan[]
  readonly stories: readonly StoryDraft[]
  readonly offender: TrueTrack
  readonly victim: TrueTrack | null
}): FoundTruth {
  const { region, order, bans, stories, offender, victim } = lived
  const found = bans.map((draft) => findInBan(region, order, draft, stories, offender))
  const pairs =
    victim === null
      ? []
      : order.proximityBans.map((ban) => findInPair(order.id, ban, stories, offender, victim))
  return {
    stays: found.flatMap(({ stays }) => stays),
    meetings: pairs.flatMap(({ meetings }) => meetings),
    approaches: [...found, ...pairs].flatMap(({ approaches }) => approaches),
  }
}

export type FoundTruth = {
  readonly stays: Ledger['stays']
  readonly meetings: readonly DraftMeeting[]
  readonly approaches: readonly TrueApproach[]
}

type Piece = { readonly startMs: number; readonly endMs: number; readonly isForbidden: boolean }

const banReachMeters = 1_400

function findInBan(
  region: Region,
  order: ProtectionOrder,
  draft: DraftBan,
  stories: readonly StoryDraft[],
  offender: TrueTrack,
): Pick<FoundTruth, 'stays' | 'approaches'> {
  const plane = middleOfBan(region, draft.ban)
  const middle = {
    longitude: longitudeOf(region, plane.eastMeters),
    latitude: latitudeOf(region, plane.northMeters),
  }
  const { approachMeters, id } = draft.ban
  const presences = findPresence(offender, draft.shape, middle, banReachMeters, 0)
  const bands = findPresence(offender, draft.shape, middle, banReachMeters, approachMeters)
  return {
    stays: presences.flatMap(({ startMs, endMs, nearestMeters }) => {
      const pieces = splitBySchedule(draft, order, startMs, endMs)
      return pieces.map((piece) => {
        const deepest = pieces.length === 1 ? nearestMeters : findDeepest(draft, piece, offender)
        const storyKey = findStory(stories, piece)
        return { shape: draft.shape, stay: stayOf(draft, order.id, piece, deepest, storyKey) }
      })
    }),
    approaches: bands.map(({ startMs, endMs, nearestMeters }) => ({
      locationBanId: id,
      proximityBanId: null,
      startMs,
      endMs,
      nearestMeters: Math.max(0, nearestMeters),
      storyKey: findStory(stories, { startMs, endMs }),
    })),
  }
}

function findInPair(
  protectionOrderId: string,
  ban: ProximityBan,
  stories: readonly StoryDraft[],
  offender: TrueTrack,
  victim: TrueTrack,
): Pick<FoundTruth, 'meetings' | 'approaches'> {
  const { separationMeters, approachMeters, victimId, id: proximityBanId } = ban
  return {
    meetings: findTogether(offender, victim, separationMeters).map((together) => ({
      proximityBanId,
      protectionOrderId,
      victimId,
      ...together,
      separationMeters,
      storyKey: findStory(stories, together),
      ...nothingRevealed,
    })),
    approaches: findTogether(offender, victim, approachMeters).map((together) => ({
      locationBanId: null,
      proximityBanId,
      ...together,
      storyKey: findStory(stories, together),
    })),
  }
}
const depthSamples = 400

function stayOf(
  draft: DraftBan,
  protectionOrderId: string,
  piece: Piece,
  deepest: number,
  storyKey: string | null,
): DraftStay {
  return {
    locationBanId: draft.ban.id,
    protectionOrderId,
    ...piece,
    deepestMeters: Math.max(0, -deepest),
    storyKey,
    ...nothingRevealed,
  }
}

/** Of a part of a stay that the clock cut in two; sampled, which for a part is exact enough. */
function findDeepest(draft: DraftBan, piece: Piece, track: TrueTrack): number {
  let deepest = 0
  for (let sample = 0; sample <= depthSamples; sample++) {
    const atMs = piece.startMs + (sample / depthSamples) * (piece.endMs - piece.startMs)
    const [longitude, latitude] = positionOn(track, knotOf(track, atMs), atMs)
    deepest = Math.min(deepest, signedDistanceMeters(draft.shape, longitude, latitude))
  }
  return deepest
}

/** The same presence may be forbidden, then allowed, then forbidden again. */
function splitBySchedule(
  draft: DraftBan,
  order: ProtectionOrder,
  startMs: number,
  endMs: number,
): Piece[] {
  const pieces: Piece[] = []
  let fromMs = startMs
  while (fromMs < endMs) {
    const untilMs = Math.min(endMs, nextChangeMs(draft.ban, order, fromMs) ?? endMs)
    const isForbidden = isBanInForce(draft.ban, order, fromMs)
    pieces.push({ startMs: fromMs, endMs: untilMs, isForbidden })
    fromMs = untilMs
  }
  return pieces
}

function findStory(
  stories: readonly StoryDraft[],
  event: { readonly startMs: number; readonly endMs: number },
): string | null {
  const story = stories.find(
    ({ kind, startMs, endMs }) =>
      storyCatalogue[kind].form === 'scripted' && event.startMs <= endMs && event.endMs >= startMs,
  )
  return story?.key ?? null
}
