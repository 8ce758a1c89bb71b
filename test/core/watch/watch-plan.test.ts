import type { RegistryChange } from '../../../src/core/model/registry.ts'
import { describe, expect, it } from 'vitest'
import { refreshPerson } from '../../../src/core/watch/watch-plan.ts'
import { restoreWatch, snapshotWatch } from '../../../src/core/watch/watch-snapshot.ts'
import { ensurePerson } from '../../../src/core/watch/watch-state.ts'
import {
  assignment,
  createPairWorld,
  createWorld,
  day,
  device,
  minute,
  orderChange,
  pairBan,
  person,
  raisedOf,
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
