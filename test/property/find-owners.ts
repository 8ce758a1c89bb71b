/**
 * Which offenders must be judged together, for a shard is a set of offenders: all who are kept from
 * one person, and chains of them. What the clock says of her device is said for all her orders at
 * once, of the gravest of them, and goes by where each of them is. Gives for each offender the
 * first of its group by id.
 */
export function findOwners(bonds: Iterable<Bond>): ReadonlyMap<string, string> {
  const parents = new Map<string, string>()
  const rootOf = (id: string): string => {
    let root = id
    for (let next = parents.get(root); next !== undefined && next !== root;) {
      root = next
      next = parents.get(root)
    }
    parents.set(id, root)
    return root
  }
  const firstOfVictim = new Map<string, string>()
  for (const { offenderId, victimIds } of bonds) {
    let root = rootOf(offenderId)
    for (const victimId of victimIds) {
      const other = rootOf(firstOfVictim.get(victimId) ?? offenderId)
      firstOfVictim.set(victimId, offenderId)
      const first = root < other ? root : other
      parents.set(root, first)
      parents.set(other, first)
      root = first
    }
  }
  return new Map(Array.from(parents.keys(), (id) => [id, rootOf(id)]))
}

/** One order, as far as it binds people together. */
export type Bond = { readonly offenderId: string; readonly victimIds: readonly string[] }
