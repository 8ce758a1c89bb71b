import { describe, expect, it } from 'vitest'
import { advanceTo, applyFix, applyRegistryChange } from '../../../src/core/engine/engine.ts'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { ProtectionOrder, RegistryChange } from '../../../src/core/model/registry.ts'
import { applyChange } from '../../../src/core/model/registry-index.ts'
import { watchRegistryChange } from '../../../src/core/watch/watch.ts'
import { refreshPerson } from '../../../src/core/watch/watch-plan.ts'
import { restoreWatch, snapshotWatch } from '../../../src/core/watch/watch-snapshot.ts'
import { ensurePerson } from '../../../src/core/watch/watch-state.ts'
import { makeEngine, makeFix, makeOrder, startMs as worldStartMs } from '../engine-world.ts'
import {
  assignment,
  createBanWorld,
  createPairWorld,
  createWorld,
  day,
  device,
  locationBan,
  minute,
  orderChange,
  pairBan,
  person,
  raisedOf,
  second,
  startMs,
} from '../watch-world.ts'

describe('who is watched', () => {
  it('the watch is on both people of a pair, by the devices they wear', () => {
    const { watch, ...world } = createPairWorld()
    world.advance(0)
    expect(watch.devices.get('monitor')?.personId).toBe('otto')
    expect(watch.devices.get('pendant')?.personId).toBe('vera')
    expect(refreshPerson(watch, ensurePerson(watch, 'otto'), startMs)).toEqual([])
  })

  it('the watch is on nobody before the order begins, nor after it ends', () => {
    const world = createPairWorld({ validFromMs: startMs + day, validUntilMs: startMs + 2 * day })
    const wearer = (): string | null | undefined => world.watch.devices.get('monitor')?.personId
    world.advance(0)
    expect(wearer()).toBeUndefined()
    world.advance(day)
    expect(wearer()).toBe('otto')
    world.advance(day)
    expect(wearer()).toBeNull()
  })

  it('the watch is on the next wearer from the moment a device changes hands', () => {
    const world = createWorld()
    world.register(
      person('otto', 'offender'),
      person('oscar', 'offender'),
      device('monitor', 'ankle-monitor'),
      assignment('monitor', 'otto', startMs - day),
      assignment('monitor', 'oscar', startMs + 10 * minute, startMs + 20 * minute),
      orderChange({ id: 'one', offenderId: 'otto' }),
      orderChange({ id: 'two', offenderId: 'oscar', validFromMs: startMs + 10 * minute }),
    )
    const wearerAt = (minutes: number): string | null | undefined => {
      world.advanceTo(startMs + minutes * minute)
      return world.watch.devices.get('monitor')?.personId
    }
    expect([0, 9, 10, 19, 20].map(wearerAt)).toEqual(['otto', 'otto', 'oscar', 'oscar', 'otto'])
  })

  it('the watch is on a victim from the version of the order that names the victim', () => {
    const world = createPairWorld({ proximityBans: [] })
    world.report(['monitor', 'pendant'], 5 * minute)
    expect(world.watch.devices.get('pendant')?.personId).toBeNull()
    world.register(orderChange({ version: 2, proximityBans: [pairBan('vera')] }))
    world.advance(0)
    expect(world.watch.devices.get('pendant')?.personId).toBe('vera')
    expect(raisedOf(world.report(['monitor', 'pendant'], 10 * minute))).toEqual([])
  })

  it('a place where somebody was lost is forgotten with the end of their last order, and does not come back from a snapshot', () => {
    const lostAt = { longitude: 6.2, latitude: 52.4321, days: [20_000], lostAtMs: [startMs] }
    const ended = (id: string) => orderChange({ id, version: 2, status: 'ended' })
    const world = createWorld()
    world.register(
      person('otto', 'offender'),
      orderChange({ id: 'one' }),
      orderChange({ id: 'two' }),
    )
    ensurePerson(world.watch, 'otto').usualPlaces = [lostAt]
    world.register(ended('one'))
    const before = snapshotWatch(world.watch)
    expect(before).toContain('52.4321')
    world.register(ended('two'))
    expect(snapshotWatch(world.watch)).not.toContain('52.4321')

    const restart = (...changes: readonly RegistryChange[]): string => {
      const restarted = createWorld()
      restarted.register(person('otto', 'offender'), ...changes)
      restoreWatch(restarted.watch, before)
      return snapshotWatch(restarted.watch)
    }
    expect(restart(ended('one'), orderChange({ id: 'two' }))).toContain('52.4321')
    expect(restart(ended('one'), ended('two'))).not.toContain('52.4321')
  })

  it('the watch is known since the change that made it so, whenever the clock is read after it', () => {
    const knownSince = [0, 700].map((afterMs) => {
      const world = createPairWorld()
      world.advance(afterMs)
      return world.watch.devices.get('monitor')?.knownSinceMs
    })
    expect(knownSince).toEqual([startMs, startMs])
  })
})

/** An id that was used would be taken for the same alert, and nobody would hear of it. */
it.each([
  ['silent', (minutes: number) => (minutes < 10 ? makeFix(60 * minutes, 5_000) : null)],
  [
    'too coarse to judge',
    (minutes: number) =>
      makeFix(60 * minutes, 5_000, 0, minutes < 10 ? {} : { accuracyMeters: 4_000 }),
  ],
  [
    'by a clock that is behind',
    (minutes: number) =>
      makeFix(60 * (minutes - 45), 5_000, minutes, {
        receivedAtMs: worldStartMs + minutes * minute,
      }),
  ],
])(
  'what is open about somebody when the order is suspended is told anew once it is resumed (%s)',
  (_, report) => {
    const engine = makeEngine()
    const told = (fromMinutes: number, untilMinutes: number): Effect[] => {
      const effects: Effect[] = []
      for (let minutes = fromMinutes; minutes < untilMinutes; minutes++) {
        const fix = report(minutes)
        if (fix !== null) effects.push(...applyFix(engine, fix))
        effects.push(...advanceTo(engine, worldStartMs + minutes * minute + second))
      }
      return effects
    }
    const change = (values: Partial<ProtectionOrder>, minutes: number): Effect[] => {
      const protectionOrder = makeOrder(values)
      const atMs = worldStartMs + minutes * minute
      return applyRegistryChange(engine, { type: 'protection-order', protectionOrder }, atMs)
    }
    const before = raisedOf(told(0, 120)).map(({ id }) => id)
    expect(before).not.toEqual([])
    change({ version: 2, status: 'suspended' }, 120)
    told(120, 130)
    change({ version: 3 }, 130)
    const after = raisedOf(told(130, 300)).map(({ id }) => id)
    expect(after).not.toEqual([])
    expect(after.filter((id) => before.includes(id))).toEqual([])
  },
)

it('what the clock told before it read that the order was suspended, by the record, is told anew once that is resumed', () => {
  const world = createBanWorld()
  world.situate('otto', { isNearDanger: true })
  world.report(['monitor'], 10 * minute)
  const change = (values: Partial<ProtectionOrder>, atMs: number): Effect[] => {
    const amended = orderChange({ locationBans: [locationBan], ...values })
    applyChange(world.index, amended)
    watchRegistryChange(world.watch, amended, atMs)
    return world.advance(second)
  }
  const told: Effect[] = []
  while (raisedOf(told).length === 0) {
    world.fix('monitor', { isBelieved: false })
    told.push(...world.advance(minute))
  }
  const [first] = raisedOf(told)
  change({ version: 2, status: 'suspended' }, first!.occurredAtMs - 1)
  const [again] = raisedOf(change({ version: 3 }, world.now()))
  expect(again).toMatchObject({ kind: 'position-unreliable' })
  expect(again!.id).not.toBe(first!.id)
})
