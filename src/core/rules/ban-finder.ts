import type { Box } from '../../../geo/box-index.ts'
import type { BoxTree, ItemBox } from '../../../geo/box-tree.ts'
import { buildBoxTree, markTouching } from '../../../geo/box-tree.ts'
import type { BanRule, BanVersion } from './ban-versions.ts'

/**
 * Which bans of one offender a fix, or the way to it, may concern: an R-tree over the
 * boxes of every version of each ban, grown by the approach band. Of few bans there is
 * no tree; each is looked at.
 */
export function createBanFinder(): BanFinder {
  return { tree: null, marks: new Uint8Array(0) }
}

/** Takes in the bans as they are now. Call it when any of them has changed. */
export function refreshBanFinder(
  finder: BanFinder,
  rules: readonly BanRule[],
  walkedCountMax: number = bansWalkedCountMax,
): void {
  if (rules.length <= walkedCountMax) return
  finder.tree = buildBoxTree(rules.flatMap(listBoxes))
  finder.marks = new Uint8Array(rules.length)
}

/**
 * By slot of the rule, 1 where a box touches the straight way between the two positions; valid
 * until the next call. Null: any ban may be concerned, because there are few, or because the way
 * leaves the map on one side and comes back on the other.
 */
export function findBansNear(finder: BanFinder, from: Position, to: Position): Uint8Array | null {
  const { tree, marks } = finder
  if (tree === null || Math.abs(from.longitude - to.longitude) > 180) return null
  marks.fill(0)
  markTouching(tree, boxAround(from, to), marks)
  return marks
}

export type BanFinder = { tree: BoxTree | null; marks: Uint8Array }

type Position = { readonly longitude: number; readonly latitude: number }

/**
 * Up to so many bans each is looked at. CPU time of one whole fix of somebody near none of them,
 * each ban looked at against the tree (`npm run bench -- bans`): 1 ban 4.2 and 4.7 µs, 4 bans 4.1
 * and 4.6, 8 bans 4.0 and 2.9, 16 bans 7.7 and 4.7, 64 bans 10.7 and 5.6, 256 bans 23.5 and 7.1.
 */
const bansWalkedCountMax = 7

function boxAround(from: Position, to: Position): Box {
  return {
    west: Math.min(from.longitude, to.longitude),
    south: Math.min(from.latitude, to.latitude),
    east: Math.max(from.longitude, to.longitude),
    north: Math.max(from.latitude, to.latitude),
  }
}

function listBoxes(rule: BanRule): ItemBox[] {
  return rule.versions.flatMap((version) => listVersionBoxes(version, rule.slot))
}

function listVersionBoxes({ nearBoxes }: BanVersion, item: number): ItemBox[] {
  const boxes: ItemBox[] = []
  for (let at = 0; at < nearBoxes.length; at += 4) {
    const [west, south, east, north] = nearBoxes.subarray(at, at + 4)
    if (west === undefined || south === undefined || east === undefined) continue
    if (north !== undefined) boxes.push({ west, south, east, north, item })
  }
  return boxes
}
