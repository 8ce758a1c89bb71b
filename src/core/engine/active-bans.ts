import type { BoxIndex } from '../../../geo/box-index.ts'
import { createBoxIndex, shapeBoxes } from '../../../geo/box-index.ts'
import type { BanRule, BanVersion } from '../rules/ban-versions.ts'
import { findVersion, isInForce } from '../rules/ban-versions.ts'
import { nextChangeMs } from '../rules/schedule.ts'
import type { Deadlines } from '../model/deadlines.ts'
import { createDeadlines, findFirstDueMs, takeDue, wake } from '../model/deadlines.ts'

/**
 * One R-tree over the bans in force of all orders, each grown by its approach band. Kept current ban by ban: on a
 * change of the registry, and when the clock passes the moment a ban comes in or goes out of force.
 */
export function createActiveBans(): ActiveBans {
  return { tree: createBoxIndex(), entries: new Map(), deadlines: createDeadlines() }
}

/** Takes in the newest version of the ban. */
export function refreshActiveBan(active: ActiveBans, rule: BanRule, nowMs: number): void {
  const entry = active.entries.get(rule) ?? {
    id: rule.banId,
    rule,
    dueMs: Infinity,
    version: null,
  }
  active.entries.set(rule, entry)
  const version = findVersion(rule.versions, Infinity)
  const shown = isInForce(version, nowMs) ? version : null
  if (entry.version !== shown) {
    if (entry.version !== null) active.tree.remove(entry)
    if (shown !== null) {
      active.tree.insert(shapeBoxes(shown.shape, shown.ban.approachMeters), entry)
    }
    entry.version = shown
  }
  const dueMs = version.isRemoved ? null : nextChangeMs(version.ban, version.order, nowMs)
  wake(active.deadlines, entry, dueMs ?? Infinity)
}

export function advanceActiveBans(active: ActiveBans, nowMs: number): void {
  for (;;) {
    const due = takeDue(active.deadlines, nowMs)
    if (due === null) return
    refreshActiveBan(active, due.rule, nowMs)
  }
}

export function nextActiveBanChangeMs(active: ActiveBans): number {
  return findFirstDueMs(active.deadlines) ?? Infinity
}

/** Bans in force whose box, grown by the approach band, holds the position. The exact question is the caller's. */
export function searchActiveBans(
  active: ActiveBans,
  longitude: number,
  latitude: number,
): BanVersion[] {
  return active.tree
    .search(longitude, latitude)
    .map((entry) => entry.version)
    .filter((version) => version !== null)
}

export type ActiveBans = {
  readonly tree: BoxIndex<ActiveBan>
  readonly entries: Map<BanRule, ActiveBan>
  readonly deadlines: Deadlines<ActiveBan>
}

type ActiveBan = {
  readonly id: string
  readonly rule: BanRule
  dueMs: number
  version: BanVersion | null
}
