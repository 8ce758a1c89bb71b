import { describe, expect, it } from 'vitest'
import {
  allowedSilenceInPursuitMs,
  allowedSilenceMs,
  findHeardMs,
  ensureDevice,
  overdueMs,
} from '../../../src/core/watch/watch-state.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createWorld, device } from '../watch-world.ts'

describe('how long a device may be silent', () => {
  // Interval, then: overdue, silent in pursuit, silent.
  it.each([
    [5, 40, 60, 60],
    [15, 40, 60, 60],
    [20, 40, 60, 60],
    [30, 60, 75, 90],
    [60, 120, 135, 180],
    [300, 600, 615, 900],
  ])(
    'a device reporting every %d s may be silent so long: %d s, %d s, %d s',
    (interval, overdue, pursuit, silent) => {
      const world = createWorld()
      world.register(device('monitor', 'ankle-monitor', interval))
      const monitor = ensureDevice(world.watch, 'monitor')
      expect([
        overdueMs(world.watch, monitor),
        allowedSilenceInPursuitMs(world.watch, monitor),
        allowedSilenceMs(world.watch, monitor),
      ]).toEqual([overdue * 1_000, pursuit * 1_000, silent * 1_000])
    },
  )

  it('the allowed silence of a device follows the limits of the watch', () => {
    const limits = { ...defaultLimits, overdueMsMin: 90_000, silenceMsMin: 300_000 }
    const world = createWorld({ ...limits, silentInPursuitJitterMs: 100_000 })
    world.register(device('monitor', 'ankle-monitor', 15))
    const monitor = ensureDevice(world.watch, 'monitor')
    expect(overdueMs(world.watch, monitor)).toBe(90_000)
    expect(allowedSilenceInPursuitMs(world.watch, monitor)).toBe(130_000)
    expect(allowedSilenceMs(world.watch, monitor)).toBe(300_000)
  })

  it('the silence of a device counts from what was heard under its wearer, not before', () => {
    const monitor = ensureDevice(createWorld().watch, 'monitor')
    monitor.sinceMs = 100
    expect(findHeardMs(monitor)).toBeNull()
    monitor.lastHeardMs = 99
    expect(findHeardMs(monitor)).toBeNull()
    monitor.lastHeardMs = 100
    expect(findHeardMs(monitor)).toBe(100)
  })
})
