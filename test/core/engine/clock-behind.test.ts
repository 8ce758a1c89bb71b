import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import {
  advanceTo,
  applyFix,
  applyRegistryChange,
  rejudge,
  restoreSnapshot,
  takeSnapshots,
} from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import type { Device } from '../../../src/core/model/registry.ts'
import type { Place, Plain } from '../plain-world.ts'
import { createPlain, jitter, makePlainFix, plainMs, plainPair } from '../plain-world.ts'

const far: Place = [3000, 0]
const inside: Place = [0, 0]

describe('a clock that is behind', () => {
  it.each([
    [15, 181, 15],
    [15, 900, 15],
    [60, 150, 60],
    [60, 181, 60],
    [60, 20 * 60, 60],
    [60, 3600, 60],
    [60, 6 * 3600, 60],
    [60, 30 * 3600, 60],
    [600, 20 * 60, 600],
    [600, 3600, 600],
  ])(
    'a clock that is behind on a plan of %i s, by %i s, is told, and a breach is of now',
    (plan, behind, every) => {
      const world = createPlain()
      register(world, plan)
      for (let t = 0; t < 4000; t += every) report(world, t, behind, far)
      for (let t = 4200; t < 7200; t += every) report(world, t, behind, inside)
      const clock = world.told('position-unreliable').at(0)
      expect(world.told('position-unreliable')).toContainEqual(
        expect.stringMatching(/^priority .* P2/),
      )
      expect(Number(clock?.split(' ').at(-1))).toBeLessThanOrEqual(4 * Math.max(plan, 75) + 1)
      const [breach, ...others] = world.told('location-ban-breach')
      expect(others).toEqual([])
      expect(breach).toMatch(/^raised location-ban-breach P1 42\d\d$/)
      expect(world.state().state).toBe('degraded')
      expect(world.state().reasons.map(({ code }) => code)).toContain('clock-behind')
    },
  )

  it('a clock that is behind makes a breach late at first, and live as soon as it is plain', () => {
    const world = createPlain()
    for (let t = 0; t < 1200; t += 60) report(world, t, 3600, inside)
    expect(world.told('location-ban-breach')).toEqual([
      'raised location-ban-breach P1 1 late',
      'moved location-ban-breach 301',
      'repeated location-ban-breach 301',
    ])
  })

  it('a clock that steps back half an hour as its wearer comes in ends no breach', () => {
    const world = createPlain()
    for (let t = 0; t < 600; t += 60) report(world, t, 0, far)
    for (let t = 600; t < 1500; t += 60) report(world, t, 1800, inside)
    expect(world.told('location-ban-breach')).toEqual([
      'raised location-ban-breach P1 601 late',
      'ended location-ban-breach 0',
      'moved location-ban-breach 901',
      'reopened location-ban-breach 901',
      'repeated location-ban-breach 901',
    ])
    expect(world.state().reasons.map(({ code }) => code)).toEqual(['clock-behind', 'episode-open'])
  })

  it('a clock that steps back in the middle of a stay is told, until it is right again', () => {
    const world = createPlain()
    for (let t = 0; t < 1200; t += 60) report(world, t, 0, inside)
    for (let t = 1200; t < 3600; t += 60) report(world, t, 1800, inside)
    for (let t = 3600; t < 4200; t += 60) report(world, t, 0, far)
    expect(world.told('position-unreliable')).toEqual([
      'raised position-unreliable P2 1501',
      'ended position-unreliable 3601',
    ])
    expect(world.told('ended location-ban-breach')).toEqual(['ended location-ban-breach 3600'])
    expect(world.state()).toEqual({ state: 'protected', reasons: [] })
  })

  it.each([
    ['offender', 3600, 60],
    ['offender', 6 * 3600, 60],
    ['offender', 1200, 15],
    ['victim', 3600, 60],
    ['victim', 181, 60],
  ])(
    'the clock of the %s is %i s behind: two people near each other are told as now',
    (whose, behind, every) => {
      const world = createPlain({ locationBans: [], proximityBans: [plainPair] })
      for (let t = 0; t < 3000; t += 60) {
        report(world, t, whose === 'offender' ? behind : 0, inside)
        for (let at = t; at < t + 60; at += every) {
          const place: Place = [t < 1200 ? 3000 : 68, 0]
          report(world, at, whose === 'victim' ? behind : 0, place, 'pendant')
        }
      }
      const told = world.told('proximity-breach')
      expect(told).toHaveLength(1)
      expect(told[0]).toMatch(/^raised proximity-breach P1 12[0-9][0-9]$/)
    },
  )

  it('a clock that is behind, or reports late by one amount, call somebody where there is a pair', () => {
    const tellFirst = (world: Plain) => {
      for (let t = 0; t < 1200; t += 60) report(world, t, 600, far)
      return world.told('position-unreliable')[0]
    }
    const pair = { locationBans: [], proximityBans: [plainPair] }
    expect(tellFirst(createPlain(pair))).toMatch(/^raised position-unreliable P2 /)
    expect(tellFirst(createPlain())).toMatch(/^raised position-unreliable P3 /)
  })

  it('a clock that is behind makes nobody meet who was there an hour apart', () => {
    const world = createPlain({ locationBans: [], proximityBans: [plainPair] })
    for (let t = 0; t < 7200; t += 60) {
      report(world, t, 0, t < 3000 ? inside : far, 'pendant')
      report(world, t, 3600, t < 4000 ? [-4000, 0] : inside)
    }
    expect(world.told('proximity')).toEqual([])
  })

  it('a clock that is behind is said in the sentence of what it dates, beside the time of the device', () => {
    const { engine } = createPlain()
    const effects: Effect[] = []
    for (let t = 0; t < 1200; t += 60) {
      effects.push(...applyFix(engine, make(t, 3600, t < 600 ? far : inside)))
      effects.push(...advanceTo(engine, plainMs + (t + 2) * 1000))
    }
    const alerts = effects.flatMap((effect) =>
      effect.type === 'alert-raised' ? [effect.alert] : [],
    )
    const breach = alerts.find(({ kind }) => kind === 'location-ban-breach')
    expect(breach?.reason).toContain(
      "The clock of the offender's device is 60 min behind; the time told is corrected.",
    )
    expect(breach).toMatchObject({ occurredAtMs: plainMs + 601_000, late: false })
    expect(breach?.evidence.fixes.at(-1)?.recordedAtMs).toBe(plainMs + 600_000 - 3_600_000)
    expect(breach?.evidence.facts['offenderClockBehindSeconds']).toBe(3601)
  })

  it('a clock that is behind dates stored fixes alike when they are judged again, and after a restart', () => {
    const world = createPlain()
    const stored: Fix[] = []
    for (let t = 0; t < 3600; t += 60) {
      const fix = make(t, t < 600 ? 0 : 5400, t < 1800 ? far : inside)
      stored.push(fix)
      applyFix(world.engine, fix)
    }
    const restarted = createPlain().engine
    for (const { scope, state } of takeSnapshots(world.engine)) {
      expect(restoreSnapshot(restarted, scope, state)).toEqual([])
    }
    const nowMs = plainMs + 3_600_000
    for (const engine of [world.engine, restarted]) {
      expect(rejudge(engine, 'offender', stored, plainMs - 7_200_000, nowMs)).toEqual([])
    }
    const next = make(3600, 5400, inside)
    expect(applyFix(restarted, next)).toEqual(applyFix(world.engine, next))
  })
})

describe('no clock is called behind', () => {
  it('no clock is called behind of a device that sends ten fixes each ten minutes by its plan', () => {
    const world = createPlain()
    register(world, 600)
    for (let sent = 600; sent < 9000; sent += 600) {
      for (let t = sent - 600; t < sent; t += 60) {
        world.fix(t, jitter(t, far), { receivedAtMs: plainMs + (sent + 1) * 1000 })
      }
    }
    expect(world.told('position-unreliable')).toEqual([])
    expect(world.state()).toEqual({ state: 'protected', reasons: [] })
  })

  it.each([
    ['at once', 0.05],
    ['every five seconds', 5],
    ['every half minute', 30],
    ['one a minute', 60],
  ])(
    'no clock is called behind of a device that stored fixes in a tunnel and sends them after it, %s',
    (_, apart) => {
      const world = createPlain()
      for (let t = 0; t < 600; t += 60) report(world, t, 0, far)
      let received = 2400
      for (let t = 600; t < received && t < 2400; t += 60, received += apart) {
        world.fix(t, jitter(t, far), { receivedAtMs: plainMs + Math.round(received * 1000) })
      }
      for (let t = Math.ceil(received / 60) * 60; t < 7200; t += 60) report(world, t, 0, far)
      expect(world.told('position-unreliable')).toEqual([])
      expect(world.state()).toEqual({ state: 'protected', reasons: [] })
    },
  )
})

/** Received a second after `t`, and dated by a clock that is so far behind. */
function report(world: Plain, t: number, behind: number, place: Place, deviceId = 'monitor'): void {
  const { recordedAtMs, receivedAtMs } = make(t, behind, place)
  const seconds = (recordedAtMs - plainMs) / 1000
  world.fix(seconds, jitter(t, place), { receivedAtMs, deviceId })
}

function make(t: number, behind: number, place: Place): Fix {
  const receivedAtMs = plainMs + (t + 1) * 1000
  return makePlainFix(t - behind, jitter(t, place), { receivedAtMs })
}

function register({ engine }: Plain, reportIntervalSeconds: number): void {
  const device: Device = {
    id: 'monitor',
    vendorId: 'vendor',
    serialNumber: 'monitor',
    kind: 'ankle-monitor',
    reportIntervalSeconds,
  }
  applyRegistryChange(engine, { type: 'device', device }, plainMs - 1000)
}
