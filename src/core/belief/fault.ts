import type { Limits } from '../model/limits.ts'
import { disbeliefBits } from './believe-fix.ts'
import type { Track } from './track-state.ts'

/**
 * What is wrong with the positions of a person who is heard and not believed: not coarse or poor,
 * but positions that cannot be true. One stray position is no fault; several in a row are, and then
 * the place where the person was last seen at rest is no answer to where the person is now.
 */
export function findFault(
  { faultBits, faultCount }: Track,
  { faultFixCountMin }: Limits,
): Fault | null {
  if (faultCount < faultFixCountMin) return null
  if ((faultBits & mirrorBits) !== 0) return 'mirrored'
  return (faultBits & disbeliefBits['contradicts-same-moment']) !== 0 ? 'contradicting' : 'jumping'
}

/** `jumping`: further away than anybody gets. `contradicting`: in two places at one moment. */
export type Fault = 'jumping' | 'mirrored' | 'contradicting'

/** The reasons of the newest such fix since the last believed one. */
export function followFault(track: Track, disbelief: number): void {
  if (disbelief === 0) {
    track.faultBits = 0
    track.faultCount = 0
    return
  }
  const bits = disbelief & (jumpBits | mirrorBits | disbeliefBits['contradicts-same-moment'])
  if (bits === 0) return
  track.faultBits = bits
  track.faultCount++
}

const jumpBits = disbeliefBits.teleport | disbeliefBits.unreachable
const mirrorBits = disbeliefBits['coordinates-swapped'] | disbeliefBits['coordinates-sign-flipped']
