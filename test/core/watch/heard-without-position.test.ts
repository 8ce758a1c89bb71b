import { describe, expect, it } from 'vitest'
import { applyRegistryChange } from '../../../src/core/engine/engine.ts'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import type { Plain } from '../plain-world.ts'
import { createPlain, jitter, plainMs, plainPair } from '../plain-world.ts'

function createSlowPlain(seconds: number, terms: Partial<ProtectionOrder> = {}): Plain {
  const plain = createPlain(terms)
  const device = {
    id: 'monitor',
    vendorId: 'vendor',
    serialNumber: 'monitor',
    kind: 'ankle-monitor',
    reportIntervalSeconds: seconds,
  } as const
  applyRegistryChange(plain.engine, { type: 'device', device }, plainMs - 900)
  return plain
}

describe('a monitor on a slow plan that is heard without a position', () => {
  it.each([
    [300, 900],
    [600, 1_275],
  ])(
    'a monitor on a slow plan of %i s is told in an approach a minute after its silence would be, and when a rest no longer stands for it',
    (planSeconds, toldSeconds) => {
      const plain = createSlowPlain(planSeconds)
      const lastSeconds = 2 * planSeconds
      for (const at of [0, 1, 2]) plain.fix(at * planSeconds, [220 + at, 7])
      for (const at of [3, 4, 5, 6, 7, 8]) plain.heard(at * planSeconds)
      const [raised] = plain.told('position-unreliable')
      const told = Number(raised!.split(' ').at(-1)) - lastSeconds
      expect(raised).toContain('P2')
      expect(told).toBeGreaterThan(toldSeconds - 1)
      expect(told).toBeLessThan(toldSeconds + 61)
    },
  )

  it('a monitor on a slow plan that is silent in an approach is silent, and nothing else', () => {
    const plain = createSlowPlain(600)
    for (const at of [0, 1, 2]) plain.fix(at * 600, [220 + at, 7])
    plain.until(7_200)
    expect(plain.told('device-silent')).toHaveLength(1)
    expect(plain.told('position-unreliable')).toEqual([])
  })

  it('a monitor on a slow plan is told in the approach that the other person opens meanwhile', () => {
    const plain = createSlowPlain(300, { locationBans: [], proximityBans: [plainPair] })
    const told = (seconds: number, victimEast: number) =>
      plain.fix(seconds, jitter(seconds, [victimEast, 0]), { deviceId: 'pendant' })
    for (let seconds = 0; seconds <= 4_800; seconds += 60) {
      if (seconds % 300 === 0 && seconds <= 1_200) plain.fix(seconds, [seconds / 300, 7])
      told(seconds, seconds < 1_400 ? 4_000 : 800)
      if (seconds % 300 === 0 && seconds > 1_200) plain.heard(seconds + 10)
    }
    expect(plain.told('raised proximity-approach')).not.toEqual([])
    const first = plain.told('protection-degraded')[0]
    expect(first).toMatch(/ P2 /)
    expect(Number(first!.split(' ').at(-1))).toBeLessThan(1_200 + 900 + 61)
  })
})

describe('a driver who vanishes on the way to an area, and has a pair as well', () => {
  it.each([
    ['far from the other person, who is only listed', 10_000],
    ['with nobody else', null],
  ])('a driver who vanishes is called out within the hour: %s', (_, victimNorth) => {
    const plain = createPlain(victimNorth === null ? {} : { proximityBans: [plainPair] })
    for (let minute = 0; minute <= 150; minute++) {
      const seconds = 60 * minute
      if (victimNorth !== null) {
        const place = jitter(seconds, [30_000, victimNorth])
        plain.fix(seconds, place, { deviceId: 'pendant' })
      }
      if (minute <= 5) plain.fix(seconds, [40_000 - 25 * seconds, 0])
      else plain.heard(seconds)
    }
    const calls = plain.told('').filter((line) => line.includes('P2'))
    expect(calls).toHaveLength(1)
    expect(calls[0]).toMatch(/^priority position-unreliable/)
    expect(Number(calls[0]!.split(' ').at(-1))).toBeLessThan(60 * 100)
  })
})
