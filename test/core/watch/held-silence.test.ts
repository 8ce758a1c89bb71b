import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { restoreWatch, snapshotWatch } from '../../../src/core/watch/watch-snapshot.ts'
import { createWatch } from '../../../src/core/watch/watch.ts'
import {
  assignment,
  createFleet,
  day,
  endedOf,
  minute,
  raisedOf,
  revisedOf,
  second,
  startMs,
} from '../watch-world.ts'

const count = 14
const all = Array.from({ length: count }, (_, number) => `d${number}`)

/** The vendor is away for six minutes of nine; who misses a return is in the others. */
function playTurns(
  turns: number,
  isMissed: (turn: number, number: number) => boolean,
  world = createFleet(count),
) {
  const effects: Effect[] = world.report(all, 3 * minute)
  for (let turn = 0; turn < turns; turn++) {
    effects.push(...world.advance(6 * minute))
    effects.push(
      ...world.report(
        all.filter((_, number) => !isMissed(turn, number)),
        3 * minute,
      ),
    )
  }
  return { world, effects }
}

/** Three weak ones, each in one return of three. */
const areWeak = (turn: number, number: number): boolean => number < 3 && (turn + number) % 3 > 0

/** Alerts and what is told again of them. */
function tell(effects: readonly Effect[], kind: 'device-silent' | 'vendor-silent'): string[] {
  const alerts = raisedOf(effects, kind)
  const idsOf = (deviceId: string | null): string[] =>
    alerts.filter((one) => one.deviceId === deviceId).map(({ id }) => id)
  return [...new Set(alerts.map(({ deviceId }) => deviceId))].map((deviceId) => {
    const ids = idsOf(deviceId)
    const again = revisedOf(effects).filter(({ alertId }) => ids.includes(alertId))
    return `${deviceId ?? 'all'} ${ids.length}+${again.length}`
  })
}

describe('a device that comes and goes with its vendor', () => {
  it('a device that comes and goes with its vendor is one alert for hours, which ends when it has been back for half an hour', () => {
    const { world, effects } = playTurns(30, areWeak)
    // Listed and then called for, or called for as it is found: no more in four hours.
    for (const line of tell(effects, 'device-silent')) expect(line).toMatch(/ (1\+[01]|2\+0)$/)
    const open = raisedOf(effects, 'device-silent').filter(
      ({ id }) => !endedOf(effects).some(({ alertId }) => alertId === id),
    )
    expect(new Set(open.map(({ deviceId }) => deviceId))).toEqual(new Set(['d0', 'd1', 'd2']))
    const backMs = world.now()
    const ended = endedOf(world.report(all, 40 * minute)).filter(({ alertId }) =>
      open.some(({ id }) => id === alertId),
    )
    expect(ended).toHaveLength(3)
    for (const { clearedAtMs, learnedAtMs } of ended) {
      expect(clearedAtMs).toBeLessThanOrEqual(backMs)
      expect(learnedAtMs - clearedAtMs).toBe(30 * minute + 1)
    }
  })

  it('a device that comes and goes with its vendor, and is gone for longer than before, is told again, once', () => {
    const { world, effects } = playTurns(12, areWeak)
    expect(tell(effects, 'device-silent')).toHaveLength(3)
    const others = all.filter((id) => id !== 'd0')
    const later = world.report(others, 55 * minute)
    later.push(...world.report(others, 20 * minute))
    const [alert] = raisedOf(effects, 'device-silent').filter(({ deviceId }) => deviceId === 'd0')
    const told = revisedOf(later).map(({ alertId }) => alertId)
    expect(told.filter((id) => id === alert?.id)).toHaveLength(1)
  })

  it('a device that comes and goes with its vendor is told by itself when its wearer is in an approach', () => {
    const { world, effects } = playTurns(12, areWeak)
    const [before] = raisedOf(effects, 'device-silent').filter(({ deviceId }) => deviceId === 'd0')
    world.report(all, 2 * minute)
    world.situate('p0', { isInOpenApproach: true, isInUnusualApproach: true })
    const later = world.advance(5 * minute)
    const told = raisedOf(later, 'device-silent').filter(({ deviceId }) => deviceId === 'd0')
    expect(told.map(({ priority }) => priority)).toEqual(['P1'])
    expect(endedOf(later).map(({ alertId }) => alertId)).toContain(before?.id)
  })

  it('a device that comes and goes with its vendor is told again when an approach opens in its silence', () => {
    const { world, effects } = playTurns(12, areWeak)
    const others = all.filter((id) => id !== 'd0')
    effects.push(...world.report(others, 9 * minute))
    world.situate('p0', { isInOpenApproach: true })
    const later = world.report(others, 10 * second, 10 * second)
    const [alert] = raisedOf(effects, 'device-silent').filter(({ deviceId }) => deviceId === 'd0')
    const told = revisedOf(later).map(({ alertId }) => alertId)
    expect(told).toContain(alert?.id)
  })

  it('a device that comes and goes with its vendor, and is handed in, ends its alert', () => {
    const { world, effects } = playTurns(12, areWeak)
    const [alert] = raisedOf(effects, 'device-silent').filter(({ deviceId }) => deviceId === 'd0')
    world.register(assignment('d0', 'p0', startMs - day, world.now()))
    expect(endedOf(world.advance(second)).map(({ alertId }) => alertId)).toContain(alert?.id)
  })

  it('a device that comes and goes with its vendor does so after a restart too', () => {
    const { world } = playTurns(12, areWeak)
    const saved = snapshotWatch(world.watch)
    const restored = createWatch(world.watch.limits, world.index, world.findSituation)
    restoreWatch(restored, saved)
    expect(saved).toContain('heldSilence')
    expect(snapshotWatch(restored)).toBe(saved)
  })
})

describe('a vendor of which a little more and a little less than half are gone in turns', () => {
  /** Eight of fourteen are gone, and then the other six, for seven minutes each. */
  const halves = (turn: number): string[] =>
    all.filter((_, number) => number < 8 === (turn % 2 === 1))

  it('a vendor of which unequal halves are gone in turns is two alerts, and none of its devices', () => {
    const world = createFleet(count)
    const effects: Effect[] = world.report(all, 3 * minute)
    for (let turn = 0; turn < 30; turn++) effects.push(...world.report(halves(turn), 7 * minute))
    expect(tell(effects, 'vendor-silent')).toEqual(['all 2+0'])
    expect(raisedOf(effects, 'device-silent')).toEqual([])
  })

  it('a device that is dead beside unequal halves is told by itself within the hour', () => {
    const world = createFleet(count)
    world.report(all, 3 * minute)
    const effects: Effect[] = []
    const deadMs = world.now()
    for (let turn = 0; turn < 30; turn++) {
      const heard = halves(turn).filter((id) => id !== 'd13')
      effects.push(...world.report(heard, 7 * minute))
    }
    const silent = raisedOf(effects, 'device-silent')
    expect(silent.map(({ deviceId }) => deviceId)).toEqual(['d13'])
    expect(silent[0]!.learnedAtMs - deadMs).toBeLessThanOrEqual(60 * minute)
  })

  it('a vendor that is gone by a third within half an hour speaks for that third for a quarter of an hour', () => {
    const world = createFleet(9)
    const nine = all.slice(0, 9)
    world.report(nine, 3 * minute)
    world.advance(5 * minute)
    world.report(nine, 5 * minute)
    const goneMs = world.now()
    const effects = world.report(nine.slice(3), 30 * minute)
    expect(raisedOf(effects, 'vendor-silent')).toHaveLength(1)
    const silent = raisedOf(effects, 'device-silent')
    expect(silent.map(({ deviceId, priority }) => `${deviceId} ${priority}`)).toEqual([
      'd0 P2',
      'd1 P2',
      'd2 P2',
    ])
    expect(silent[0]!.learnedAtMs - goneMs).toBeLessThanOrEqual(22 * minute)
  })

  it('a vendor is not gone by a third that is dead since its last time away', () => {
    const world = createFleet(9)
    const nine = all.slice(0, 9)
    world.report(nine, 3 * minute)
    world.advance(5 * minute)
    const effects = world.report(nine.slice(3), 10 * minute)
    expect(raisedOf(effects, 'vendor-silent')).toEqual([])
    expect(raisedOf(effects, 'device-silent')).toHaveLength(3)
  })
})
