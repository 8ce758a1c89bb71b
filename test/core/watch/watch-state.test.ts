import { describe, expect, it } from 'vitest'
import {
  allowedSilenceInPursuitMs,
  allowedSilenceMs,
  findHeardMs,
  loadDevice,
  overdueMs,
} from '../../../src/core/watch/watch-state.ts'
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
  ])('reporting every %d s: %d s, %d s, %d s', (interval, overdue, pursuit, silent) => {
    const world = createWorld()
    world.register(device('monitor', 'ankle-monitor', interval))
    const monitor = loadDevice(world.watch, 'monitor')
    expect([
      overdueMs(monitor),
      allowedSilenceInPursuitMs(world.watch, monitor),
      allowedSilenceMs(world.watch, monitor),
    ]).toEqual([overdue * 1_000, pursuit * 1_000, silent * 1_000])
  })

  it('counts from what was heard under its wearer, not before', () => {
    const monitor = loadDevice(createWorld().watch, 'monitor')
    monitor.sinceMs = 100
    expect(findHeardMs(monitor)).toBeNull()
    monitor.lastHeardMs = 99
    expect(findHeardMs(monitor)).toBeNull()
    monitor.lastHeardMs = 100
    expect(findHeardMs(monitor)).toBe(100)
  })
})
