import type { BanShape } from '../../../geo/ban-shape.ts'
import { touchesBox } from '../../../geo/box-touch.ts'
import type { Box, BoxIndex } from '../../../geo/box-index.ts'
import { createBoxIndex, shapeBoxes } from '../../../geo/box-index.ts'
import type { Deadlines } from '../model/deadlines.ts'
import { createDeadlines, takeDue, wake } from '../model/deadlines.ts'
import type { LocationBan, ProtectionOrder } from '../model/registry.ts'
import { isBanInForce, nextChangeMs } from './schedule.ts'
import { compileArea, shareAreas } from './shared-areas.ts'

/**
 * One R-tree over the location bans in force of all orders. Kept current ban by ban: when an order
 * changes, and when the clock passes the moment at which a ban comes in or goes out of force.
 */
export function createBansInForce(): BansInForce {
  return { tree: createBoxIndex(), bansByOrder: new Map(), deadlines: createDeadlines() }
}

/** Takes in the newest version of an order; bans that it no longer names are gone. */
export function applyOrderToBans(
  bans: BansInForce,
  registered: ProtectionOrder,
  nowMs: number,
): void {
  const order = shareAreas(registered)
  const known = bans.bansByOrder.get(order.id) ?? []
  for (const ban of known) {
    bans.tree.remove(ban)
    ban.dueMs = Infinity
  }
  const listed = order.locationBans.map((ban): ListedBan => {
    return { id: ban.id, order, ban, shape: compileArea(ban.area), dueMs: Infinity }
  })
  bans.bansByOrder.set(order.id, listed)
  for (const ban of listed) refreshBan(bans, ban, nowMs)
}

/** Moves the clock on. It does not go back. */
export function advanceBans(bans: BansInForce, nowMs: number): void {
  for (;;) {
    const due = takeDue(bans.deadlines, nowMs)
    if (due === null) return
    refreshBan(bans, due, nowMs)
  }
}

/** The bans in force whose area touches the box, by id. The box does not cross the antimeridian. */
export function findBansTouching(bans: BansInForce, box: Box): readonly BanInForce[] {
  return bans.tree
    .searchBox(box)
    .filter(({ shape }) => touchesBox(shape, box))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

export type BansInForce = {
  readonly tree: BoxIndex<ListedBan>
  readonly bansByOrder: Map<string, ListedBan[]>
  readonly deadlines: Deadlines<ListedBan>
}

export type BanInForce = {
  readonly id: string
  readonly order: ProtectionOrder
  readonly ban: LocationBan
  readonly shape: BanShape
}
type ListedBan = BanInForce & { dueMs: number }

function refreshBan(bans: BansInForce, listed: ListedBan, nowMs: number): void {
  const { ban, order, shape } = listed
  if (isBanInForce(ban, order, nowMs)) bans.tree.insert(shapeBoxes(shape, 0), listed)
  else bans.tree.remove(listed)
  wake(bans.deadlines, listed, nextChangeMs(ban, order, nowMs) ?? Infinity)
}
