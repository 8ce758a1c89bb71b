import assert from 'node:assert/strict'
import { metersBetween } from '../../../geo/distance.ts'
import { followStandstill } from '../belief/frozen.ts'
import { extendTrack } from '../belief/track.ts'
import type { Track } from '../belief/track-state.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { FixWindow } from '../fixes/fix-window.ts'
import {
  appendPacked,
  createFixWindow,
  fixStride,
  readFix,
  readPersonSlot,
  writeDisbelief,
} from '../fixes/fix-window.ts'
import type { Fact } from '../judge/episode.ts'
import { isNews, joinFacts, noFacts } from '../judge/episode.ts'
import type { FoldContext, FoldState } from '../judge/fold.ts'
import { getTrack } from '../judge/fold.ts'
import type { Step } from '../judge/step-dossier.ts'
import { stepDossier } from '../judge/step-dossier.ts'
import type { NumberSlab } from '../model/number-slab.ts'
import { readNumber, takePlace, writeNumber } from '../model/number-slab.ts'
import type { Fixes } from './quiet-fold.ts'
import { QuietFold } from './quiet-fold.ts'
import { dossierRow, personRow } from './quiet-rows.ts'

/**
 * The fixes of a dossier and the state they lead to, with the quiet ones among them: those that
 * change nothing but where somebody was last seen, or nothing of what goes on that anybody would
 * hear of, as their numbers alone prove (`quiet-fix.ts`). They are put at the end of its numbers as
 * they come, and the fold reads them when anybody asks for the state: without asking the rules
 * again where nothing goes on, else by a whole step each.
 */
export type Trail = {
  readonly quiet: QuietRows
  readonly window: FixWindow
  state: FoldState
  /** Where its numbers begin (`dossierRow`). */
  readonly at: number
  /** Where the rows of its people are, and of how many there is room; the rules follow them. */
  personsAt: number
  personCount: number
  pairCount: number
  /** False: they have changed since they were put into its numbers. */
  areRulesLearned: boolean
  /** What the fold found and no proof expected: told with the next fix, which is judged in full. */
  late: readonly Fact[]
}

/** The numbers of all dossiers of an engine. */
export type QuietRows = {
  readonly mode: QuietMode
  readonly slab: NumberSlab
  readonly fold: QuietFold
  /** Who each of those is of that the fold reads at once. */
  readonly personSlots: Int32Array
  readonly indexes: Int32Array
}

/** `checked`: all that the fold reads later is judged in full then, and must come out quiet. */
export const quietModes = ['on', 'off', 'checked'] as const
export type QuietMode = (typeof quietModes)[number]

export function createQuietRows(mode: QuietMode, slab: NumberSlab): QuietRows {
  const fold = new QuietFold()
  const personSlots = new Int32Array(waitingCountMax)
  return { mode, slab, fold, personSlots, indexes: new Int32Array(waitingCountMax) }
}

export function createTrail(state: FoldState, quiet: QuietRows): Trail {
  const tailLength = quiet.mode === 'off' ? 0 : waitingCountMax * fixStride
  return {
    quiet,
    window: createFixWindow(),
    state,
    at: takePlace(quiet.slab, dossierRow.length + tailLength),
    personsAt: 0,
    personCount: 0,
    pairCount: 0,
    areRulesLearned: false,
    late: noFacts,
  }
}

/** As many as there are between two checkpoints, at which nothing may wait. */
export const waitingCountMax = 32

export function countWaiting({ quiet, at }: Trail): number {
  return quiet.slab.numbers[at + dossierRow.waitingCount] ?? 0
}

export function setTouched({ quiet, at }: Trail, isNow: boolean): void {
  writeNumber(quiet.slab, at + dossierRow.isTouched, isNow ? 1 : 0)
}

export function rowOf({ personsAt }: Trail, personSlot: number): number {
  return personsAt + personSlot * personRow.length
}

/** From now on nothing is quiet, until it has been learned anew. */
export function forgetRows({ quiet, personsAt, personCount }: Trail): void {
  const { numbers } = quiet.slab
  for (let slot = 0; slot < personCount; slot++) {
    numbers[personsAt + slot * personRow.length + personRow.device] = 0
    numbers[personsAt + slot * personRow.length + personRow.isSeen] = 0
  }
}

/** The rules have changed: what is known of them in numbers is no longer so. */
export function forgetRules(trail: Trail): void {
  forgetRows(trail)
  trail.areRulesLearned = false
}

/** Lets the fold read what waits: the same as judging each fix when it came. */
export function catchUp(trail: Trail, context: FoldContext): void {
  const { window, state, quiet, at } = trail
  const count = countWaiting(trail)
  if (count === 0) return
  const { numbers } = quiet.slab
  numbers[at + dossierRow.waitingCount] = 0
  const judgedBits = readNumber(numbers, at + dossierRow.judgedBits)
  numbers[at + dossierRow.judgedBits] = 0
  numbers[at + dossierRow.waitingMax] = readNumber(numbers, at + dossierRow.waitingMax) - count
  const tailAt = at + dossierRow.length
  const first = window.count
  appendPacked(window, numbers.subarray(tailAt, tailAt + count * fixStride))
  let quietFrom = first
  for (let index = first; index < window.count; index++) {
    const isJudged = Math.floor(judgedBits / 2 ** (index - first)) % 2 === 1
    if (quiet.mode === 'on' && !isJudged) continue
    readQuiet(trail, context, quietFrom, index)
    quietFrom = index + 1
    const { disbelief, facts } = stepDossier(context, state, readFix(window, index))
    const isAsProven = disbelief === 0 && (isJudged ? !facts.some(isNews) : facts.length === 0)
    assert(isAsProven || quiet.mode === 'on', 'a quiet fix is believed and changes nothing')
    if (!isAsProven) tellLate(trail, index, { disbelief, facts })
  }
  readQuiet(trail, context, quietFrom, window.count)
}

/**
 * What is left of a step of the fold when nothing is found touches the track of the person alone,
 * so one after another is read of each person in turn.
 */
function readQuiet(trail: Trail, context: FoldContext, from: number, until: number): void {
  if (from === until) return
  const { window, state, quiet } = trail
  const { personSlots, indexes } = quiet
  let leftCount = until - from
  for (let index = from; index < until; index++) {
    personSlots[index - from] = readPersonSlot(window, index)
  }
  for (let slot = 0; leftCount > 0; slot++) {
    let count = 0
    for (let index = from; index < until; index++) {
      if (personSlots[index - from] === slot) indexes[count++] = index
    }
    leftCount -= count
    if (count > 0) readOfPerson(getTrack(state, slot), { window, indexes, count }, quiet, context)
  }
}

function readOfPerson(track: Track, fixes: Fixes, { fold }: QuietRows, context: FoldContext): void {
  for (let at = 0; at < fixes.count; at++) {
    // Hot path: of one alone nothing is saved.
    if (fixes.count > 1) at = fold.read(track, fixes, at, context)
    if (at < fixes.count) readAlone(track, readFix(fixes.window, fixes.indexes[at] ?? -1), context)
  }
}

/**
 * The proof was wrong. Nobody is the less safe for it than by some fixes: nothing of the dossier is
 * quiet until the next fix of any of its people has been judged in full, and what was found is told
 * with that one.
 */
function tellLate(trail: Trail, index: number, { disbelief, facts }: Step): void {
  const { window, quiet, at } = trail
  if (disbelief !== 0) writeDisbelief(window, index, disbelief)
  trail.late = joinFacts(trail.late, facts)
  writeNumber(quiet.slab, at + dossierRow.lastMs, Infinity)
}

/** What was found late, once. */
export function takeLate(trail: Trail): readonly Fact[] {
  const { late } = trail
  trail.late = noFacts
  return late
}

function readAlone(track: Track, fix: CaseFix, context: FoldContext): void {
  const { sighting } = track
  assert(sighting !== null, 'whoever is quiet has been seen')
  const movedMeters = metersBetween(sighting, fix)
  track.standstill = followStandstill(track, fix, context.limits)
  extendTrack(track, fix, 0, movedMeters, context)
}
