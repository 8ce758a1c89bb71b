import type {
  DeviceAssignment,
  ProtectionOrder,
  RegistryChange,
} from '../../src/core/model/registry.ts'
import { startMs } from '../core/engine-world.ts'
import { amendOrder } from './amend-order.ts'
import type { Random } from './random.ts'
import type { Item, Town } from './town.ts'

/**
 * The same town, whose orders are suspended and resumed, lapse and are renewed, and change in every
 * other way; and whose devices are taken off, given to others, given back, and put down to the
 * wrong person: again and again, mostly a few minutes after one another.
 */
export function troubleTown(town: Town, random: Random): Town {
  const changes: Item[] = []
  const known = new Map<string, ProtectionOrder>()
  const worn = new Map<string, DeviceAssignment>()
  const roles = new Map<string, string>()
  for (const change of town.registry) {
    if (change.type === 'protection-order')
      known.set(change.protectionOrder.id, change.protectionOrder)
    if (change.type === 'person') roles.set(change.person.id, change.person.role)
    if (change.type === 'device-assignment') {
      worn.set(change.deviceAssignment.deviceId, change.deviceAssignment)
    }
  }
  const victimIds = [...roles.keys()].filter((id) => roles.get(id) === 'victim')
  const put = (atMs: number, change: RegistryChange): void => {
    changes.push({ type: 'change', atMs, change })
  }
  const pick = <T>(list: readonly T[]): T => list[random.integer(0, list.length - 1)]!
  let atMs = startMs + 300_000
  while (atMs < town.endMs) {
    if (random.chance(0.65)) {
      const order = pick([...known.values()])
      const next = changeOrder(random, order, atMs, victimIds)
      known.set(order.id, next)
      put(atMs, { type: 'protection-order', protectionOrder: next })
    } else {
      const assignment = pick([...worn.values()])
      for (const next of changeWearing(random, assignment, atMs, roles)) {
        worn.set(next.deviceId, next)
        put(atMs, { type: 'device-assignment', deviceAssignment: next })
      }
    }
    atMs += random.integer(1, random.chance(0.5) ? 60 : 600) * 1_000
  }
  const others = town.items.filter(({ type }) => type !== 'change')
  const items = [...others, ...changes].toSorted((one, other) => one.atMs - other.atMs)
  return { ...town, items }
}

function changeOrder(
  random: Random,
  order: ProtectionOrder,
  atMs: number,
  victimIds: readonly string[],
): ProtectionOrder {
  const next = { ...order, version: order.version + 1 }
  const isOver = order.status !== 'active' || order.validUntilMs <= atMs
  if (isOver && random.chance(0.7)) {
    return { ...next, status: 'active', validUntilMs: Math.max(order.validUntilMs, atMs + 1e9) }
  }
  if (random.chance(0.4)) return { ...next, status: 'suspended' }
  return amendOrder(random, order, { atMs, victimIds })
}

/** Taken off, given to somebody else of the same role, given back, or put down to the wrong one. */
function changeWearing(
  random: Random,
  assignment: DeviceAssignment,
  atMs: number,
  roles: ReadonlyMap<string, string>,
): DeviceAssignment[] {
  const role = roles.get(assignment.personId)
  const others = [...roles.keys()].filter((id) => roles.get(id) === role)
  const personId = others[random.integer(0, others.length - 1)]!
  const isOff = assignment.validUntilMs !== null
  if (random.chance(0.2)) return [{ ...assignment, personId }]
  const validFromMs = random.chance(0.3) ? atMs - random.integer(0, 1_800) * 1_000 : atMs
  const begun = {
    ...assignment,
    id: `${assignment.deviceId} from ${atMs}`,
    personId: random.chance(0.5) ? assignment.personId : personId,
    validFromMs,
    validUntilMs: null,
  }
  if (isOff) return [begun]
  const ended = { ...assignment, validUntilMs: Math.max(assignment.validFromMs, validFromMs) }
  return random.chance(0.5) ? [ended] : [ended, begun]
}
