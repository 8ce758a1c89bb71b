import type { Limits } from '../model/limits.ts'
import type { RegistryChange } from '../model/registry.ts'

/**
 * Who is judged together, and so in one shard: an offender and everybody whom an order of that
 * offender protects, whoever wears one device after another, and chains of these. What the clock
 * says of a victim's device is said once, for the gravest of all her orders, and goes by where each
 * of her offenders is; and what is known of the clock of a device goes with it to the next wearer.
 * A group never falls apart while it is known; a start makes them anew.
 */
export function createGroups(shardCount: number): Groups {
  return { shardCount, parents: new Map(), members: new Map(), shards: new Map() }
}

export type Groups = {
  readonly shardCount: number
  /** Of whoever is with somebody else: the next one on the way to the first of the group. */
  readonly parents: Map<string, string>
  /** Of each group with more than one member, by its first one. */
  readonly members: Map<string, string[]>
  /** Of each first one that was asked for. */
  readonly shards: Map<string, number>
}

/** Of a person or a device; also of one that nobody has heard of. */
export function shardOf(groups: Groups, id: string): number {
  const first = firstOf(groups, id)
  const known = groups.shards.get(first)
  if (known !== undefined) return known
  const shard = hash(first) % groups.shardCount
  groups.shards.set(first, shard)
  return shard
}

/**
 * These are of one group from now on. Gives those who go to another shard by it: a group is named
 * after its first member by id, and goes where that one was, so of two that become one the other
 * one moves, whatever was joined first.
 */
export function joinGroups(groups: Groups, ids: readonly string[]): Move[] {
  const moves: Move[] = []
  const [one, ...others] = ids
  for (const other of others) {
    const [kept, joined] = [firstOf(groups, one ?? other), firstOf(groups, other)].toSorted()
    if (kept === undefined || joined === undefined || kept === joined) continue
    const from = shardOf(groups, joined)
    const to = shardOf(groups, kept)
    const moved = groups.members.get(joined) ?? [joined]
    if (from !== to) moves.push({ from, to, ids: new Set(moved) })
    groups.members.set(kept, [...(groups.members.get(kept) ?? [kept]), ...moved])
    groups.members.delete(joined)
    groups.parents.set(joined, kept)
  }
  return moves
}

export type Move = { readonly from: number; readonly to: number; readonly ids: ReadonlySet<string> }

/** Who are of one group by what is registered. */
export function listBound(change: RegistryChange, limits: Limits, nowMs: number): string[] {
  switch (change.type) {
    case 'vendor':
    case 'person':
    case 'device':
      return []
    case 'device-assignment': {
      const { deviceId, personId, validUntilMs } = change.deviceAssignment
      // Of a wearer of long ago nothing is taken in any more: else whoever wore anything once would
      // be of one group with everybody in the end.
      const isLongAgo = validUntilMs !== null && validUntilMs + limits.fixAgeMsMax < nowMs
      return isLongAgo ? [] : [personId, deviceId]
    }
    case 'protection-order': {
      const { offenderId, proximityBans } = change.protectionOrder
      return [offenderId, ...proximityBans.map(({ victimId }) => victimId)]
    }
  }
}

function firstOf({ parents }: Groups, id: string): string {
  let first = id
  for (let next = parents.get(first); next !== undefined; next = parents.get(first)) first = next
  if (first !== id) parents.set(id, first)
  return first
}

/** FNV-1a: the same in every process, on every machine. */
function hash(id: string): number {
  let value = 0x811c9dc5
  for (let place = 0; place < id.length; place++) {
    value = Math.imul(value ^ id.charCodeAt(place), 0x01000193) >>> 0
  }
  return value
}
