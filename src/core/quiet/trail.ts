import assert from 'node:assert/strict'
import { distanceMeters } from '../../../geo/distance.ts'
import { followStandstill } from '../belief/frozen.ts'
import { extendTrack } from '../belief/track.ts'
import type { FixWindow } from '../fixes/fix-window.ts'
import { createFixWindow, readFix } from '../fixes/fix-window.ts'
import type { FoldContext, FoldState } from '../judge/fold.ts'
import { getTrack } from '../judge/fold.ts'
import { stepDossier } from '../judge/step-dossier.ts'

/**
 * The fixes of a dossier and the state they lead to, with the quiet ones among them: those that
 * change nothing but where somebody was last seen, as their numbers alone prove (`quiet-fix.ts`).
 * They are put into the window as they come, and the fold reads them when anybody asks for the
 * state: a stretch at once, and without asking the rules again what is known of it.
 */
export type Trail = {
  readonly mode: QuietMode
  readonly window: FixWindow
  state: FoldState
  /** So many fixes at the end of the window the state has not read yet. */
  waitingCount: number
  /** What is known of each person by numbers (`quiet-rows.ts`). */
  rows: Float64Array
  /** What the rules of pairs ask, in numbers; null when it is not known. */
  pairs: Float64Array | null
  /** Fixes recorded from here on are judged by the newest version of every rule. */
  versionsFromMs: number
  /** It differs from its snapshot already. */
  isTouched: boolean
}

/** `checked`: all that the fold reads later is judged in full then, and must come out quiet. */
export type QuietMode = 'off' | 'on' | 'checked'

export function createTrail(state: FoldState, mode: QuietMode): Trail {
  return {
    mode,
    window: createFixWindow(),
    state,
    waitingCount: 0,
    rows: new Float64Array(0),
    pairs: null,
    versionsFromMs: Infinity,
    isTouched: false,
  }
}

/**
 * Lets the fold read what waits. The same as judging each fix when it came: for a quiet one the
 * step of the fold is this, and nothing else.
 */
export function catchUp(trail: Trail, context: FoldContext): void {
  const { window, state, waitingCount, mode } = trail
  trail.waitingCount = 0
  for (let index = window.count - waitingCount; index < window.count; index++) {
    const fix = readFix(window, index)
    if (mode === 'checked') {
      const { disbelief, facts } = stepDossier(context, state, fix)
      assert(disbelief === 0 && facts.length === 0, 'a quiet fix is believed and changes nothing')
      continue
    }
    const track = getTrack(state, fix.personSlot)
    const { sighting } = track
    assert(sighting !== null, 'whoever is quiet has been seen')
    const { longitude, latitude } = sighting
    const movedMeters = distanceMeters(longitude, latitude, fix.longitude, fix.latitude)
    track.standstill = followStandstill(track, fix, context.limits)
    extendTrack(track, fix, 0, movedMeters, context)
  }
}
