import type { Situation } from './situation.ts'

/**
 * What of the watch is judged here. All of it, unless judging is split (`src/core/shards`): then
 * each person, and with them their devices and orders, is of one shard. A vendor is of all of them:
 * the first shard judges it, by when everybody was heard, and the others are told.
 */
export type Share = {
  /** Of a person or a device. */
  readonly isOwn: (id: string) => boolean
  readonly isOfVendors: boolean
  /** Of anybody, where vendors are judged; null: everybody is of this share. */
  readonly findSituation: ((personId: string) => Situation) | null
}

export const wholeShare: Share = { isOwn: () => true, isOfVendors: true, findSituation: null }
