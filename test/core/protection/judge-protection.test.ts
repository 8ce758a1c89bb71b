import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyOutage,
  applyRegistryChange,
} from '../../../src/core/engine/engine.ts'
import type { DeviceEventKind } from '../../../src/core/model/fix.ts'
import { judgeProtection } from '../../../src/core/protection/judge-protection.ts'
import type { ProtectionOrder } from '../../../src/core/model/registry.ts'
import {
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  startMs,
} from '../engine-world.ts'

/** One device each; both report every 30 s, 20 km apart. */
function makeWorld(order: Partial<ProtectionOrder> = {}): Engine {
  const engine = makeEngine({ orders: [makeOrder({ proximityBans: [makePair()], ...order })] })
  for (const id of ['offender-device-2', 'victim-device-2']) {
    const personId = id.startsWith('victim') ? 'victim' : 'offender'
    const deviceAssignment = {
      id: `assignment-${id}`,
      deviceId: id,
      personId,
      validFromMs: 0,
      validUntilMs: 1,
    }
    applyRegistryChange(
      engine,
      { type: 'device-assignment', deviceAssignment },
      startMs - 3_600_000,
    )
  }
  advanceTo(engine, startMs - 60_000)
  return engine
}

function report(
  engine: Engine,
  fromSeconds: number,
  untilSeconds: number,
  who: readonly ('offender' | 'victim')[] = ['offender', 'victim'],
): void {
  for (let seconds = fromSeconds; seconds <= untilSeconds; seconds += 30) {
    if (who.includes('offender')) applyFix(engine, makeFix(seconds, 20_000))
    if (who.includes('victim')) applyFix(engine, makeVictimFix(seconds, 0))
    advanceTo(engine, startMs + seconds * 1_000 + 1_000)
  }
}

function event(
  engine: Engine,
  deviceId: string,
  kind: DeviceEventKind,
  seconds: number,
  aheadSeconds = 0,
): void {
  const receivedAtMs = startMs + (seconds + 1) * 1_000
  const recordedAtMs = startMs + (seconds + aheadSeconds) * 1_000
  const facts = { batteryFraction: null, sequence: null }
  applyDeviceEvent(engine, { deviceId, kind, recordedAtMs, receivedAtMs, ...facts })
}

function tell(engine: Engine, seconds: number): string[] {
  const nowMs = startMs + seconds * 1_000
  advanceTo(engine, nowMs)
  const { state, reasons } = judgeProtection(engine, 'order', nowMs)
  return [state, ...reasons.map(({ code, subject }) => `${subject} ${code}`)]
}

describe('the protection of an order', () => {
  it('the protection of an order is whole while both report and are believed', () => {
    const engine = makeWorld()
    report(engine, 0, 300)
    expect(tell(engine, 310)).toEqual(['protected'])
  })

  it('the protection of an order is never whole while a breach of it goes on, and is again when it has ended', () => {
    const order = makeOrder({ id: 'order', proximityBans: [makePair()], locationBans: [makeBan()] })
    const other = makeOrder({
      id: 'other',
      proximityBans: [],
      locationBans: [
        makeBan({
          id: 'far',
          area: { type: 'circle', longitude: 8, latitude: 52.1, radiusMeters: 500 },
        }),
      ],
    })
    const engine = makeEngine({ orders: [order, other] })
    const stay = (fromSeconds: number, untilSeconds: number, eastMeters: number) => {
      for (let seconds = fromSeconds; seconds <= untilSeconds; seconds += 30) {
        applyFix(engine, makeFix(seconds, eastMeters))
        applyFix(engine, makeVictimFix(seconds, 40_000))
        advanceTo(engine, startMs + seconds * 1_000 + 1_000)
      }
    }
    stay(0, 120, 0)
    expect(tell(engine, 130)).toContain('order episode-open')
    expect(tell(engine, 130)[0]).toBe('degraded')
    const ofOther = judgeProtection(engine, 'other', startMs + 130_000)
    expect(ofOther.reasons.map(({ code }) => code)).not.toContain('episode-open')
    stay(150, 600, 20_000)
    expect(tell(engine, 610)).not.toContain('order episode-open')
  })

  it('the protection of an order is not whole once a strap was cut, however well the monitor reports, until it is fitted anew', () => {
    const engine = makeWorld()
    report(engine, 0, 120)
    event(engine, 'offender-device', 'strap-tamper', 125)
    report(engine, 150, 300)
    expect(tell(engine, 310)).toEqual(['degraded', 'offender tampered'])
    // The monitor lies at home, and reports on.
    for (let hours = 1; hours <= 30; hours++) report(engine, 3_600 * hours, 3_600 * hours + 300)
    expect(tell(engine, 108_310)).toEqual(['degraded', 'offender tampered'])
    const deviceAssignment = {
      id: 'fitted-anew',
      deviceId: 'offender-device',
      personId: 'offender',
      validFromMs: startMs + 108_320_000,
      validUntilMs: null,
    }
    const atMs = startMs + 108_320_000
    applyRegistryChange(engine, { type: 'device-assignment', deviceAssignment }, atMs)
    report(engine, 108_330, 108_600)
    expect(tell(engine, 108_610)).toEqual(['protected'])
  })

  it('the protection of an order is not known before anybody was heard', () => {
    const engine = makeWorld()
    expect(tell(engine, 0)).toEqual([
      'unknown',
      'offender device-never-heard',
      'victim device-never-heard',
    ])
  })

  it('the protection of an order is not known when the order is suspended, over or not registered', () => {
    const engine = makeWorld({ status: 'suspended' })
    report(engine, 0, 60)
    expect(tell(engine, 61)).toEqual(['unknown', 'order order-not-in-force'])
    expect(judgeProtection(engine, 'another', startMs).state).toBe('unknown')
    const ended = makeWorld({ validUntilMs: startMs })
    expect(judgeProtection(ended, 'order', startMs)).toEqual({
      state: 'unknown',
      reasons: [
        {
          code: 'order-not-in-force',
          sinceMs: startMs,
          subject: 'order',
          personId: null,
          deviceId: null,
        },
      ],
    })
  })

  it('the protection of an order is not known while the offender is silent, and says since when', () => {
    const engine = makeWorld()
    report(engine, 0, 60)
    report(engine, 90, 300, ['victim'])
    expect(tell(engine, 300)).toEqual(['unknown', 'offender device-silent'])
    const { reasons } = judgeProtection(engine, 'order', startMs + 300_000)
    expect(reasons[0]?.sinceMs).toBe(startMs + 61_000)
    expect(reasons[0]?.deviceId).toBe('offender-device')
  })

  it('the protection of an order is not known while the victim is silent and may be where the offender is', () => {
    const engine = makeWorld()
    report(engine, 0, 60)
    report(engine, 90, 600, ['offender'])
    expect(tell(engine, 601)).toEqual(['unknown', 'victim device-silent'])
  })

  it('the protection of an order is degraded while the victim is silent, but cannot have come near the offender', () => {
    const engine = makeWorld()
    report(engine, 0, 60)
    report(engine, 90, 150, ['offender'])
    // 90 s at 90 m/s for her and a second for him are well within 20 km less the separation.
    expect(tell(engine, 155)).toEqual(['degraded', 'victim device-silent'])
  })

  it('the protection of an order is degraded while the fixed addresses of the victim are watched instead', () => {
    const fixedAddresses = [{ label: 'work', longitude: 5.1, latitude: 52.1, radiusMeters: 100 }]
    const engine = makeWorld({ proximityBans: [makePair({ fixedAddresses })] })
    report(engine, 0, 60)
    report(engine, 90, 600, ['offender'])
    expect(tell(engine, 601)).toEqual(['degraded', 'victim device-silent'])
  })

  it('the protection of an order stays unknown when a silent device is heard again, until a new fix is believed', () => {
    const engine = makeWorld()
    report(engine, 0, 60)
    report(engine, 90, 180, ['offender'])
    expect(tell(engine, 181)[1]).toBe('victim device-silent')
    event(engine, 'victim-device', 'heartbeat', 185)
    expect(tell(engine, 187)).toEqual(['degraded', 'victim awaiting-fix'])
    // An old fix of before the silence is not news of where she is.
    applyFix(engine, makeVictimFix(75, 0, 0, { receivedAtMs: startMs + 188_000 }))
    expect(tell(engine, 189)).toEqual(['degraded', 'victim awaiting-fix'])
    applyFix(engine, makeVictimFix(190, 0))
    expect(tell(engine, 192)).toEqual(['protected'])
  })

  it.each([
    ['link-lost', 'link-lost', 'link-restored'],
    ['battery-critical', 'battery-critical', null],
    ['strap-tamper', 'tampered', 'tamper-restored'],
    ['case-tamper', 'tampered', 'tamper-restored'],
  ] as const)('the protection of an order is degraded by %s', (kind, code, remedy) => {
    const engine = makeWorld()
    report(engine, 0, 60)
    event(engine, 'offender-device', kind, 70)
    expect(tell(engine, 75)).toEqual(['degraded', `offender ${code}`])
    if (remedy === null) return
    // Nobody comes so soon to see to a strap; a flag that clears says that its ends touch.
    const isRepaired = remedy === 'tamper-restored'
    if (isRepaired) event(engine, 'offender-device', remedy, 80)
    if (isRepaired) expect(tell(engine, 85)).toEqual(['degraded', `offender ${code}`])
    report(engine, 90, 1_890)
    event(engine, 'offender-device', remedy, 1_891)
    expect(tell(engine, 1_892)).toEqual(['protected'])
  })

  it('the protection of an order is lost until strap and case are each seen to, where both were opened', () => {
    const engine = makeWorld()
    report(engine, 0, 60)
    event(engine, 'offender-device', 'case-tamper', 65)
    event(engine, 'offender-device', 'strap-tamper', 70)
    report(engine, 75, 1_890)
    event(engine, 'offender-device', 'tamper-restored', 1_891)
    expect(tell(engine, 1_892)).toEqual(['degraded', 'offender tampered'])
    event(engine, 'offender-device', 'tamper-restored', 1_895)
    expect(tell(engine, 1_896)).toEqual(['protected'])
  })

  it('the protection of an order is lost when a strap is cut after a report of a clock ahead that it was seen to', () => {
    const engine = makeWorld()
    report(engine, 0, 60)
    event(engine, 'offender-device', 'strap-tamper', 70)
    report(engine, 90, 1_980)
    event(engine, 'offender-device', 'tamper-restored', 1_981, 240)
    expect(tell(engine, 1_982)).toEqual(['protected'])
    event(engine, 'offender-device', 'strap-tamper', 1_985)
    expect(tell(engine, 1_986)).toEqual(['degraded', 'offender tampered'])
  })

  it('the protection of an order is lost again when a device that was seen to is opened again, and by what was recorded before that alone', () => {
    const engine = makeWorld()
    report(engine, 0, 1_960)
    event(engine, 'offender-device', 'tamper-restored', 1_965)
    event(engine, 'offender-device', 'strap-tamper', 70)
    expect(tell(engine, 1_970)).toEqual(['protected'])
    event(engine, 'offender-device', 'strap-tamper', 1_975)
    expect(tell(engine, 1_980)).toEqual(['degraded', 'offender tampered'])
  })

  it('the protection of an order is not known when positions come in and none is believed', () => {
    const engine = makeWorld()
    report(engine, 0, 60)
    applyFix(engine, makeFix(75, 20_000, 0, { speedMetersPerSecond: 10 }))
    for (let seconds = 90; seconds <= 500; seconds += 30) {
      applyFix(engine, makeFix(seconds, 20_000, 0, { accuracyMeters: 5_000 }))
      applyFix(engine, makeVictimFix(seconds, 0))
      advanceTo(engine, startMs + seconds * 1_000 + 1_000)
    }
    expect(tell(engine, 500)).toEqual(['unknown', 'offender position-unreliable'])
  })

  it('the protection of an order is degraded for an hour and a half while the offender was at rest when last seen, and not known then', () => {
    const engine = makeWorld()
    report(engine, -240, 60)
    const beat = (fromSeconds: number, untilSeconds: number) => {
      for (let seconds = fromSeconds; seconds <= untilSeconds; seconds += 30) {
        event(engine, 'offender-device', 'heartbeat', seconds)
        applyFix(engine, makeVictimFix(seconds, 0))
        advanceTo(engine, startMs + seconds * 1_000 + 1_000)
      }
    }
    beat(90, 5_400)
    expect(tell(engine, 5_459)).toEqual(['degraded', 'offender position-held'])
    beat(5_460, 5_520)
    expect(tell(engine, 5_521)).toEqual(['unknown', 'offender position-stale'])
  })

  it("the protection of an order is whole while the victim's phone lies still and says nothing but that it lives", () => {
    const engine = makeWorld()
    report(engine, -240, 60)
    for (let seconds = 90; seconds <= 8 * 3_600; seconds += 30) {
      event(engine, 'victim-device', 'heartbeat', seconds)
      applyFix(engine, makeFix(seconds, 20_000))
      advanceTo(engine, startMs + seconds * 1_000 + 1_000)
    }
    expect(tell(engine, 8 * 3_600 + 1)).toEqual(['protected'])
  })

  it.each([
    ['degraded', 'position-held', 'stood for three minutes', 0],
    ['unknown', 'position-stale', 'strolled', 0.6],
    ['unknown', 'position-stale', 'walked', 1.3],
  ] as const)(
    'the protection of an order is %s (%s) when the victim %s when last seen',
    (...given) => {
      const [state, code, _name, pace] = given
      const engine = makeWorld()
      for (let seconds = -120; seconds <= 60; seconds += 30) {
        applyFix(engine, makeVictimFix(seconds, pace * (seconds - 60)))
        applyFix(engine, makeFix(seconds, 20_000))
      }
      for (let seconds = 90; seconds <= 1_800; seconds += 30) {
        event(engine, 'victim-device', 'heartbeat', seconds)
        applyFix(engine, makeFix(seconds, 20_000))
        advanceTo(engine, startMs + seconds * 1_000 + 1_000)
      }
      expect(tell(engine, 1_801)).toEqual([state, `victim ${code}`])
    },
  )

  it('the protection of an order is degraded no longer than help would take while the offender rests within a walk of a ban', () => {
    const order = { locationBans: [makeBan()], proximityBans: [] }
    const engine = makeWorld(order)
    // The border is at 500 m: 900 m are ten minutes of walking.
    for (let seconds = -600; seconds <= 0; seconds += 30) applyFix(engine, makeFix(seconds, 1_400))
    const beat = (fromSeconds: number, untilSeconds: number) => {
      for (let seconds = fromSeconds; seconds <= untilSeconds; seconds += 30) {
        event(engine, 'offender-device', 'heartbeat', seconds)
        advanceTo(engine, startMs + seconds * 1_000 + 1_000)
      }
    }
    beat(30, 890)
    expect(tell(engine, 890)).toEqual(['degraded', 'offender position-held'])
    beat(910, 930)
    expect(tell(engine, 931)).toEqual(['unknown', 'offender position-stale'])
  })

  it('the protection of an order is not known between sightings too far apart, whatever the plan of the device', () => {
    const engine = makeWorld()
    applyRegistryChange(
      engine,
      {
        type: 'device',
        device: {
          id: 'victim-device',
          vendorId: 'vendor',
          serialNumber: 'VD-1',
          kind: 'victim-device',
          reportIntervalSeconds: 1_800,
        },
      },
      startMs - 1_000,
    )
    report(engine, 0, 60)
    applyFix(engine, makeVictimFix(75, 0, 0, { speedMetersPerSecond: 5 }))
    report(engine, 90, 600, ['offender'])
    expect(tell(engine, 601)).toEqual(['unknown', 'victim position-stale'])
  })

  it('the protection of an order is not known when only heartbeats come in', () => {
    const engine = makeWorld()
    report(engine, 0, 60)
    applyFix(engine, makeFix(75, 20_000, 0, { speedMetersPerSecond: 10 }))
    for (let seconds = 90; seconds <= 500; seconds += 30) {
      event(engine, 'offender-device', 'heartbeat', seconds)
      applyFix(engine, makeVictimFix(seconds, 0))
      advanceTo(engine, startMs + seconds * 1_000 + 1_000)
    }
    expect(tell(engine, 500)).toEqual(['unknown', 'offender position-stale'])
  })

  it('the protection of an order says that the victim has no device', () => {
    const engine = makeWorld()
    const deviceAssignment = {
      id: 'assignment-victim-device',
      deviceId: 'victim-device',
      personId: 'victim',
      validFromMs: 0,
      validUntilMs: startMs,
    }
    applyRegistryChange(engine, { type: 'device-assignment', deviceAssignment }, startMs)
    report(engine, 0, 600, ['offender'])
    expect(tell(engine, 601)).toEqual(['unknown', 'victim no-device'])
  })

  it('the protection of an order is not known after an outage of ours, until a new fix is believed', () => {
    const engine = makeWorld()
    report(engine, 0, 60)
    applyOutage(engine, { fromMs: startMs + 65_000, untilMs: startMs + 165_000 })
    expect(tell(engine, 166)[1]).toBe('offender device-silent')
    event(engine, 'victim-device', 'heartbeat', 168)
    report(engine, 170, 170, ['offender'])
    expect(tell(engine, 172)).toEqual(['degraded', 'victim awaiting-fix'])
    report(engine, 175, 175)
    expect(tell(engine, 177)).toEqual(['protected'])
  })

  it('the protection of an order stays unknown after the return of a silent vendor, order by order, until new fixes', () => {
    const victims = ['victim', 'victim-b', 'victim-c']
    const proximityBans = victims.map((victimId) => makePair({ id: `pair-${victimId}`, victimId }))
    const engine = makeEngine({ victims, orders: [makeOrder({ proximityBans })] })
    for (const person of ['offender', ...victims]) {
      const deviceId = `${person}-device-2`
      const worn = { id: `assignment-${deviceId}`, deviceId, personId: person }
      const deviceAssignment = { ...worn, validFromMs: 0, validUntilMs: 1 }
      const change = { type: 'device-assignment', deviceAssignment } as const
      applyRegistryChange(engine, change, startMs - 3_600_000)
    }
    const heard = (seconds: number, person: string): void => {
      const eastMeters = person === 'offender' ? 20_000 : 25_000
      applyFix(engine, makeFix(seconds, eastMeters, 0, { deviceId: `${person}-device` }))
    }
    for (const person of ['offender', ...victims]) heard(0, person)
    expect(tell(engine, 2)).toEqual(['protected'])
    const codes = (seconds: number): string[] => [...new Set(tell(engine, seconds))].toSorted()
    expect(codes(120)).toEqual(['offender vendor-silent', 'unknown', 'victim vendor-silent'])
    for (const person of ['offender', ...victims])
      event(engine, `${person}-device`, 'heartbeat', 200)
    expect(codes(202)).toEqual(['offender awaiting-fix', 'unknown', 'victim awaiting-fix'])
    for (const person of ['offender', 'victim', 'victim-b']) heard(210, person)
    expect(tell(engine, 212)).toEqual(['unknown', 'victim awaiting-fix'])
    heard(215, 'victim-c')
    expect(tell(engine, 217)).toEqual(['protected'])
  })
})
