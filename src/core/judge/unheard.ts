import { metersBetween } from '../../../geo/distance.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import { findVersion } from '../rules/ban-versions.ts'
import type { Episode, Fact } from './episode.ts'
import { noFacts } from './episode.ts'
import { getTrack } from './fold.ts'
import { readPosition } from './judge-location-ban.ts'
import { findFreshSighting, readSeparation } from './judge-separation.ts'
import type { Unheard } from './leaving.ts'
import { noPlaces } from './place-estimate.ts'
import type { RingReading } from './reading.ts'
import type { Stage } from './scene.ts'
import { createScene } from './scene.ts'

/**
 * A breach is over by the devices that were seen leaving, and goes on as not known for as long as
 * another that saw it says nothing. What settles it is a position of that one which is surely
 * outside; or inside, once that is a breach of its own. One that may be either says nothing. So
 * does the end of its assignment, and of the ban.
 */
export function resolveUnheard(stage: Stage): readonly Fact[] {
  const { context, state, judged } = stage
  // Hot path: nearly always.
  if (state.unheard.length === 0) return noFacts
  const { fix } = judged
  const over = state.episodes.filter(({ id }) =>
    state.unheard.some(({ episodeId }) => episodeId === id),
  )
  const isSettled = ({ episodeId, personSlot, deviceSlot }: Unheard): boolean => {
    const episode = over.find(({ id }) => id === episodeId)
    if (episode === undefined || episode.ceasesAtMs <= fix.recordedAtMs) return true
    if (!context.isWorn(deviceSlot, personSlot, fix.recordedAtMs)) return true
    if (deviceSlot !== fix.deviceSlot || personSlot !== fix.personSlot) return false
    return isSeenInAnother(stage, episode) || isSeenOutside(stage, episode)
  }
  const unheard = state.unheard.filter((one) => !isSettled(one))
  if (unheard.length === state.unheard.length) return noFacts
  state.unheard = unheard
  const isOpen = ({ id }: Episode): boolean => unheard.some(({ episodeId }) => episodeId === id)
  return over
    .filter((episode) => !isOpen(episode))
    .map((episode) => ({ type: 'heard', episode }) as const)
}

/** It has shown a breach that goes on now, which waits for it from now on. */
function isSeenInAnother({ state, judged }: Stage, { rule }: Episode): boolean {
  const { personSlot, deviceSlot } = judged.fix
  const states = rule.type === 'location' ? state.bans : state.pairs
  const breach = states[rule.slot]?.breach ?? null
  if (breach === null || breach.episode === null) return false
  return breach.leaving.some(
    (entry) =>
      entry.isSeenInside && entry.deviceSlot === deviceSlot && entry.personSlot === personSlot,
  )
}

/** By what would count as a reading outside while the breach went on. */
function isSeenOutside(stage: Stage, episode: Episode): boolean {
  const reading = readBreach(stage, episode)
  return reading !== null && (reading.verdict === 'clear' || reading.isSurelyOutside)
}

/** Null where the other person is not seen. */
function readBreach(stage: Stage, { rule }: Episode): RingReading | null {
  const { state, judged, context } = stage
  const { fix } = judged
  if (rule.type === 'location') {
    const places = state.bans[rule.slot]?.places ?? noPlaces
    const scene = createScene(stage, rule, null)
    return readPosition(findVersion(rule.versions, fix.recordedAtMs), places, scene).breach
  }
  const otherSlot = fix.personSlot === offenderSlot ? rule.victimSlot : offenderSlot
  const theirs = getTrack(state, otherSlot)
  const other = findFreshSighting(fix, theirs, context.limits)
  if (other === null) return null
  const places = state.pairs[rule.slot]?.places ?? noPlaces
  const scene = { ...createScene(stage, rule, theirs), places }
  const version = findVersion(rule.versions, fix.recordedAtMs)
  return readSeparation(version, other, metersBetween(fix, other), null, scene).breach
}
