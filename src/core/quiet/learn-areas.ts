import { metersBetween } from '../../../geo/distance.ts'
import type { Track } from '../belief/track-state.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import type { FoldContext } from '../judge/fold.ts'
import { readNumber } from '../model/number-slab.ts'
import type { BanRule } from '../rules/ban-versions.ts'
import { findAreaBounds } from './area-bounds.ts'
import type { GoingOn } from './going-on.ts'
import { isOpenBan, nothingOpen } from './going-on.ts'
import { findQuietBox } from './quiet-box.ts'
import { isInQuietBox } from './quiet-fix.ts'
import { personRow } from './quiet-rows.ts'
import type { Trail } from './trail.ts'
import { rowOf } from './trail.ts'

/**
 * Where no area says anything new: in a box beyond those of which nothing goes on, and in a disc
 * about the anchor where something does. False where there is none, or the way begins outside.
 */
export function learnAreas(
  trail: Trail,
  slot: number,
  { sighting, sharpStarts }: Track,
  context: FoldContext,
  { bans }: GoingOn,
): boolean {
  const open = slot === offenderSlot ? bans : nothingOpen
  if (open === null || sighting === null) return false
  const { numbers: rows } = trail.quiet.slab
  const at = rowOf(trail, slot)
  const isInBox = ({ longitude, latitude }: CaseFix): boolean =>
    isInQuietBox(rows, at, longitude, latitude)
  const knownBits = readNumber(rows, at + personRow.openBits)
  // Hot path: what is true of a box stays so as long as the rules do, and what it leaves out.
  const isKnown = (knownBits === 0 || knownBits === open.bits) && isInBox(sighting)
  if (!isKnown && !learnBox(trail, slot, sighting, context, open.bits)) return false
  // A path past coarse positions begins before them.
  if (!sharpStarts.every(({ from }) => isInBox(from))) return false
  if (open.bits === 0) {
    rows[at + personRow.reachMeters] = Infinity
    return true
  }
  const isAnchored =
    rows[at + personRow.anchorAtMs] === sighting.recordedAtMs && knownBits === open.bits
  if (!isAnchored) learnDisc(trail, at, sighting, context, open.sigmaMeters)
  if (!(open.sigmaMeters <= readNumber(rows, at + personRow.sigmaMetersMax))) return false
  const reachMeters = readNumber(rows, at + personRow.reachMeters)
  const anchor = {
    longitude: readNumber(rows, at + personRow.anchorLongitude),
    latitude: readNumber(rows, at + personRow.anchorLatitude),
  }
  return sharpStarts.every(({ from }) => metersBetween(from, anchor) <= reachMeters)
}

function learnDisc(
  { quiet, state }: Trail,
  at: number,
  sighting: CaseFix,
  context: FoldContext,
  openSigmaMeters: number,
): void {
  const { numbers: rows } = quiet.slab
  const bounds = findAreaBounds(state, context, sighting, openSigmaMeters)
  rows[at + personRow.anchorAtMs] = sighting.recordedAtMs
  rows[at + personRow.anchorLongitude] = sighting.longitude
  rows[at + personRow.anchorLatitude] = sighting.latitude
  rows[at + personRow.reachMeters] = bounds.reachMeters
  rows[at + personRow.sigmaMetersMax] = bounds.sigmaMetersMax
}

function learnBox(
  trail: Trail,
  slot: number,
  at: CaseFix,
  context: FoldContext,
  openBits: number,
): boolean {
  const isOpen = (rule: BanRule): boolean => isOpenBan(openBits, rule)
  const box = findQuietBox(at, context, slot === offenderSlot, isOpen)
  if (box === null) return false
  const { numbers } = trail.quiet.slab
  const row = rowOf(trail, slot)
  numbers[row + personRow.west] = box.west
  numbers[row + personRow.south] = box.south
  numbers[row + personRow.east] = box.east
  numbers[row + personRow.north] = box.north
  numbers[row + personRow.openBits] = openBits
  // A disc that was learned beside another box leaves other areas out.
  numbers[row + personRow.anchorAtMs] = Number.NaN
  return true
}
