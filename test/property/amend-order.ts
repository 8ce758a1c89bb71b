import type { LocationBan, ProtectionOrder, ProximityBan } from '../../src/core/model/registry.ts'
import { makeBan, makePair, place } from '../core/engine-world.ts'
import type { Random } from './random.ts'

/**
 * The next version of an order, as orders change: ended, ended by a moment, extended, suspended,
 * resumed, put off; an area or a victim more or less; wider, narrower, moved, by hours; or nothing
 * that judging could see.
 */
export function amendOrder(random: Random, order: ProtectionOrder, by: Amending): ProtectionOrder {
  const amended = { ...order, version: order.version + 1 }
  const changes = [...ofOrder, ...ofBans, ...ofPairs]
  return { ...amended, ...changes[random.integer(0, changes.length - 1)]?.(random, order, by) }
}

type Amending = { readonly atMs: number; readonly victimIds: readonly string[] }
type Change = (random: Random, order: ProtectionOrder, by: Amending) => Partial<ProtectionOrder>

const ofOrder: readonly Change[] = [
  (random, _, { atMs }) => ({ validUntilMs: atMs + 1_000 * random.integer(0, 120) }),
  (_, order, { atMs }) => ({
    status: 'active',
    validUntilMs: Math.max(order.validUntilMs, atMs + 1e9),
  }),
  (random) => ({ status: random.chance(0.5) ? 'suspended' : 'ended' }),
  () => ({ status: 'active' }),
  (random, _, { atMs }) => ({ validFromMs: atMs + 15_000 * random.integer(-2, 2) }),
  (_, order) => ({ reference: `${order.reference} again` }),
]

const ofBans: readonly Change[] = [
  (random, order) => changeBan(random, order, () => ({ approachMeters: random.between(0, 1_200) })),
  (random, order) => changeBan(random, order, () => ({ area: makeCircle(random) })),
  (random, order) => changeBan(random, order, () => ({ label: 'as before' })),
  (random, order, { atMs }) =>
    changeBan(random, order, ({ schedule }) => {
      const exceptions = [{ fromMs: atMs, untilMs: atMs + 60_000, reason: 'hearing' }]
      return { schedule: schedule === null ? { ...wholeWeek, exceptions } : null }
    }),
  (random, { locationBans }, { atMs }) => {
    const added = makeBan({ id: `ban-of-${atMs}`, area: makeCircle(random) })
    return { locationBans: [...locationBans, added] }
  },
  (random, { locationBans }) => ({ locationBans: leaveOneOut(random, locationBans) }),
]

const ofPairs: readonly Change[] = [
  (random, order) => changePair(random, order, { approachMeters: random.between(1_000, 4_000) }),
  (random, order) => changePair(random, order, { separationMeters: random.between(30, 1_000) }),
  (random, order) => {
    const address = { ...place(random.between(-3_000, 3_000), 0), radiusMeters: 50, label: 'work' }
    return changePair(random, order, { fixedAddresses: [address] })
  },
  (random, { proximityBans }, { atMs, victimIds }) => {
    const victimId = victimIds[random.integer(0, victimIds.length - 1)]
    if (victimId === undefined) return {}
    return { proximityBans: [...proximityBans, makePair({ id: `pair-of-${atMs}`, victimId })] }
  },
  (random, { proximityBans }) => ({ proximityBans: leaveOneOut(random, proximityBans) }),
]

const wholeWeek = { timeZone: 'Europe/Amsterdam', weekly: null } as const

function makeCircle(random: Random): LocationBan['area'] {
  const [reachMeters, radiusMeters] = [
    random.chance(0.5) ? 3_000 : 20_000,
    random.between(100, 900),
  ]
  const middle = place(
    random.between(-reachMeters, reachMeters),
    random.between(-1, 1) * reachMeters,
  )
  return { type: 'circle', ...middle, radiusMeters }
}

function changeBan(
  random: Random,
  { locationBans }: ProtectionOrder,
  change: (ban: LocationBan) => Partial<LocationBan>,
): Partial<ProtectionOrder> {
  const changed = random.integer(0, Math.max(0, locationBans.length - 1))
  const bans = locationBans.map((ban, at) => (at === changed ? { ...ban, ...change(ban) } : ban))
  return { locationBans: bans }
}

function changePair(
  random: Random,
  { proximityBans }: ProtectionOrder,
  change: Partial<ProximityBan>,
): Partial<ProtectionOrder> {
  const changed = random.integer(0, Math.max(0, proximityBans.length - 1))
  return {
    proximityBans: proximityBans.map((ban, at) => (at === changed ? { ...ban, ...change } : ban)),
  }
}

function leaveOneOut<T>(random: Random, items: readonly T[]): readonly T[] {
  const out = random.integer(0, Math.max(0, items.length - 1))
  return items.filter((_, at) => at !== out)
}
