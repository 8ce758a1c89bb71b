import type { Box } from '../../../geo/box-index.ts'
import type { BanInForce } from '../../core/rules/bans-in-force.ts'
import {
  advanceBans,
  applyOrderToBans,
  createBansInForce,
  findBansTouching,
} from '../../core/rules/bans-in-force.ts'
import {
  findLastRegistryChange,
  listOrdersChangedSince,
} from '../../store/registry/follow-orders.ts'
import type { RouteDeps } from '../route-deps.ts'

/**
 * The R-tree of this process over the bans in force of all orders. Every question first catches up
 * with the registry in the database, so that it sees what was committed before it, whichever
 * process did that; between questions nothing runs.
 */
export function createBanDirectory(deps: Pick<RouteDeps, 'machinery' | 'clock'>): BanDirectory {
  const bans = createBansInForce()
  const versions = new Map<string, number>()
  let registryChangeId = -1
  let turn: Promise<void> = Promise.resolve()

  async function catchUp(): Promise<void> {
    // Read first: what commits between the two questions is looked for again next time.
    const lastId = await findLastRegistryChange(deps.machinery)
    if (lastId === registryChangeId) return
    const changed = await listOrdersChangedSince(deps.machinery, versions)
    for (const order of changed) {
      // What was known of it stands, and it is asked for again.
      if (order.isUnreadable === true) continue
      applyOrderToBans(bans, order, deps.clock.nowMs())
      versions.set(order.id, order.version)
    }
    if (!changed.some(({ isUnreadable }) => isUnreadable)) registryChangeId = lastId
  }

  return {
    async findTouching(box) {
      // One at a time, and one that failed does not fail the next.
      const mine = turn.then(catchUp, catchUp)
      turn = mine.catch(() => {})
      await mine
      advanceBans(bans, deps.clock.nowMs())
      return findBansTouching(bans, box)
    },
  }
}

export type BanDirectory = {
  /** The bans in force whose area touches the box, by id. */
  readonly findTouching: (box: Box) => Promise<readonly BanInForce[]>
}
