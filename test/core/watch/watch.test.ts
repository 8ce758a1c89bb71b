import { describe, expect, it } from 'vitest'
import { nextWatchDeadlineMs } from '../../../src/core/watch/watch.ts'
import {
  assignment,
  createWorld,
  day,
  device,
  locationBan,
  orderChange,
  person,
  second,
} from '../watch-world.ts'

describe('a watch', () => {
  it('a watch of nothing has nothing to wait for', () => {
    const world = createWorld()
    expect(nextWatchDeadlineMs(world.watch)).toBeNull()
    expect(world.advance(day)).toEqual([])
  })

  it('a watch of 20,000 devices that all report costs a second of ticks far less than a second', () => {
    const world = createWorld()
    const count = 20_000
    for (let number = 0; number < count; number++) {
      world.register(
        person(`p${number}`, 'offender'),
        device(`d${number}`, 'ankle-monitor'),
        assignment(`d${number}`, `p${number}`),
        orderChange({ id: `o${number}`, offenderId: `p${number}`, locationBans: [locationBan] }),
      )
    }
    world.advance(0)
    for (let number = 0; number < count; number++) world.fix(`d${number}`)
    let tickMs = 0
    let next = 0
    for (let tick = 0; tick < 120; tick++) {
      const atMs = world.now() + second
      const begin = performance.now()
      world.advanceTo(atMs)
      tickMs += performance.now() - begin
      for (let report = 0; report < count / 60; report++) world.fix(`d${next++ % count}`)
    }
    // Measured at about 1 ms a tick; the bound leaves room for a busy machine.
    expect(tickMs / 120).toBeLessThan(100)
  }, 60_000)
})
