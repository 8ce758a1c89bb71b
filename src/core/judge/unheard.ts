import { metersBetween } from '../../../geo/distance.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import { findVersion } from '../rules/ban-versions.ts'
import type { Episode, Fact } from './episode.ts'
import { noFacts } from './episode.ts'
import { getTrack } from './fold.ts'
import { readPosition } from './judge-location-ban.ts'
import { findEvidenceOf, readLeaving } from './judge-rings.ts'
import { findFreshSighting, readSeparation } from './judge-separation.ts'
import type { Unheard } from './leaving.ts'
import { findShownMs, followRun } from './leaving-run.ts'
import { noPlaces } from './place-estimate.ts'
import type { Reading } from './reading.ts'
import type { Scene, Stage } from './scene.ts'
import { createScene } from './scene.ts'

/**
 * A breach is over by the devices that were seen leaving, and goes on as not known for as long as
 * another that saw it says nothing. What settles it are positions of that one which show a leaving,
 * as they would have while it went on, or one that is far off; or one inside, once that is a breach
 * of its own. A single one beside the border may be astray. So does the end of its assignment, and
 * of the ban.
 */
export function resolveUnheard(stage: Stage): readonly Fact[] {
  const { context, state, judged } = stage
  // Hot path: nearly always.
  if (state.unheard.length === 0) return noFacts
  const { fix } = judged
  const over = state.episodes.filter(({ id }) =>
    state.unheard.some(({ episodeId }) => episodeId === id),
  )
  const follow = (one: Unheard): Unheard | null => {
    const { episodeId, personSlot, deviceSlot } = one
    const episode = over.find(({ id }) => id === episodeId)
    if (episode === undefined || episode.ceasesAtMs <= fix.recordedAtMs) return null
    if (!context.isWorn(deviceSlot, personSlot, fix.recordedAtMs)) return null
    if (deviceSlot !== fix.deviceSlot || personSlot !== fix.personSlot) return one
    return isSeenInAnother(stage, episode) ? null : followOutside(stage, episode, one)
  }
  const unheard = state.unheard.map(follow).filter((one) => one !== null)
  const isSame = unheard.length === state.unheard.length
  if (isSame && unheard.every((one, place) => one === state.unheard[place])) return noFacts
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

/** By what would count as a leaving while the breach went on; null once it has shown one. */
function followOutside(stage: Stage, episode: Episode, one: Unheard): Unheard | null {
  const read = readBreach(stage, episode)
  if (read === null) return one
  const { reading, leftMeters, scene } = read
  const { limits } = stage.context
  const word = readLeaving(reading.breach, reading, scene)
  if (word === 'outside' && leftMeters >= limits.unheardFarMetersMin) return null
  const evidenceMs = findEvidenceOf(scene, reading.other)
  const run = followRun(one.run, word, stage.judged.fix.recordedAtMs, evidenceMs)
  if (findShownMs(run, limits) !== null) return null
  return run === one.run ? one : { ...one, run }
}

/** Null where the other person is not seen. */
function readBreach(stage: Stage, { rule }: Episode): BreachReading | null {
  const { state, judged, context } = stage
  const { fix } = judged
  if (rule.type === 'location') {
    const places = state.bans[rule.slot]?.places ?? noPlaces
    const scene = createScene(stage, rule, null)
    const reading = readPosition(findVersion(rule.versions, fix.recordedAtMs), places, scene)
    return { reading, leftMeters: reading.distanceMeters, scene }
  }
  const otherSlot = fix.personSlot === offenderSlot ? rule.victimSlot : offenderSlot
  const theirs = getTrack(state, otherSlot)
  const other = findFreshSighting(fix, theirs, context.limits)
  if (other === null) return null
  const places = state.pairs[rule.slot]?.places ?? noPlaces
  const scene = { ...createScene(stage, rule, theirs), places }
  const version = findVersion(rule.versions, fix.recordedAtMs)
  const apartMeters = metersBetween(fix, other)
  const reading = readSeparation(version, other, apartMeters, null, scene)
  return { reading, leftMeters: apartMeters - version.ban.separationMeters, scene }
}

type BreachReading = {
  readonly reading: Reading
  /** From the border, or beyond the separation. */
  readonly leftMeters: number
  readonly scene: Scene
}
