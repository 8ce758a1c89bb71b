import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyRegistryChange,
} from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import type { LocationBan, ProtectionOrder } from '../../../src/core/model/registry.ts'
import { countWaiting } from '../../../src/core/quiet/trail.ts'
import {
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  place,
  startMs,
} from '../engine-world.ts'

/** Two people ten kilometres from the ban, four from each other, the last fixes at 120 s. */
function makeCalm(orders = [makeOrder({ proximityBans: [makePair()] })]): Engine {
  const engine = makeEngine({ orders, reportIntervalSeconds: 60, quietMode: 'on' })
  for (const seconds of [0, 60, 120]) {
    // Who wears what is watched from the next advance on.
    advanceTo(engine, startMs + seconds * 1_000)
    applyFix(engine, makeVictimFix(seconds, 10_000, 4_000))
    applyFix(engine, makeFix(seconds, 10_000 + seconds))
  }
  return engine
}

function banAbout(eastMeters: number): LocationBan {
  return makeBan({ area: { type: 'circle', ...place(eastMeters, 0), radiusMeters: 500 } })
}

function isTakenQuiet(engine: Engine, fix: Fix): boolean {
  const trail = engine.dossiers.get('offender')?.trail
  const before = trail === undefined ? 0 : countWaiting(trail)
  applyFix(engine, fix)
  return trail !== undefined && countWaiting(trail) > before
}

describe('a quiet fix', () => {
  it('a fix on the way from the last, far from everything, is quiet', () => {
    expect(isTakenQuiet(makeCalm(), makeFix(180, 10_180))).toBe(true)
    expect(isTakenQuiet(makeCalm(), makeVictimFix(180, 10_000, 4_100))).toBe(true)
  })

  it('a fix in another part of the country is quiet, up to where positions may be mirrored', () => {
    const taken = [150, 250, 290].map((eastKilometers) => {
      const engine = makeEngine({
        orders: [makeOrder()],
        reportIntervalSeconds: 60,
        quietMode: 'on',
      })
      for (const seconds of [0, 60, 120]) {
        advanceTo(engine, startMs + seconds * 1_000)
        applyFix(engine, makeFix(seconds, 1_000 * eastKilometers + seconds))
      }
      return isTakenQuiet(engine, makeFix(180, 1_000 * eastKilometers + 180))
    })
    expect(taken).toEqual([true, true, false])
  })

  it('a fast way is quiet when the device says so, and no place given again after a jump', () => {
    const fast = { speedMetersPerSecond: 60 }
    expect(isTakenQuiet(makeCalm(), makeFix(180, 13_700, 0, fast))).toBe(true)
    expect(isTakenQuiet(makeCalm(), makeFix(180, 13_700))).toBe(false)
  })

  it.each<[string, Fix]>([
    ['of the moment of the last', makeVictimFix(120, 10_000, 4_001)],
    ['older than the last', makeFix(90, 10_090)],
    ['by another device', makeFix(180, 10_180, 0, { deviceId: 'offender-device-2' })],
    ['too coarse', makeFix(180, 10_180, 0, { accuracyMeters: 500 })],
    ['without satellites', makeFix(180, 10_180, 0, { source: 'gnss', satellites: 0 })],
    ['without a position', makeFix(180, 10_180, 0, { accuracyMeters: -1 })],
    ['by a clock ahead', makeFix(180, 10_180, 0, { receivedAtMs: startMs + 174_000 })],
    ['weeks late', makeFix(180, 10_180, 0, { receivedAtMs: startMs + 36 * 86_400_000 })],
    ['near the ban', makeFix(420, 1_050)],
    [
      'within the separation by both moves',
      makeFix(180, 12_900, 4_000, { speedMetersPerSecond: 80 }),
    ],
    ['within the separation by both radii', makeFix(180, 10_180, 1_900, { accuracyMeters: 1_100 })],
    ['further than anybody gets', makeFix(180, 15_700, 0, { speedMetersPerSecond: 100 })],
    ['in another country', makeFix(180, 10_180, 200_000)],
    ['at null island', makeFix(180, 10_180, 0, { longitude: 0, latitude: 0 })],
  ])('a fix %s is judged in full', (_, fix) => {
    expect(isTakenQuiet(makeCalm(), fix)).toBe(false)
  })

  it('a fix is judged in full while the other person has not been seen of late', () => {
    const engine = makeCalm()
    for (const seconds of [180, 240, 300, 360, 420]) {
      expect(isTakenQuiet(engine, makeFix(seconds, 10_180)), `${seconds}`).toBe(true)
    }
    expect(isTakenQuiet(engine, makeFix(421, 10_180))).toBe(false)
  })

  it('a fix near in time to a suspected jamming is judged in full, and one long after is not', () => {
    const engine = makeCalm()
    applyDeviceEvent(engine, {
      deviceId: 'offender-device',
      kind: 'jamming-suspected',
      recordedAtMs: startMs + 130_000,
      receivedAtMs: startMs + 131_000,
      batteryFraction: null,
      sequence: null,
    })
    expect(isTakenQuiet(engine, makeFix(180, 10_180))).toBe(false)
    expect(isTakenQuiet(engine, makeFix(240, 10_180))).toBe(false)
    expect(isTakenQuiet(engine, makeFix(260, 10_180))).toBe(false)
    expect(isTakenQuiet(engine, makeFix(270, 10_180))).toBe(true)
  })

  it('a fix before a jamming that is known already is judged in full', () => {
    const engine = makeCalm()
    applyDeviceEvent(engine, {
      deviceId: 'offender-device',
      kind: 'jamming-suspected',
      recordedAtMs: startMs + 300_000,
      receivedAtMs: startMs + 301_000,
      batteryFraction: null,
      sequence: null,
    })
    applyFix(engine, makeFix(180, 10_180))
    expect(isTakenQuiet(engine, makeFix(250, 10_180))).toBe(false)
  })

  it('a fix of whoever reports less often than the other is judged in full', () => {
    const engine = makeCalm()
    applyFix(engine, makeVictimFix(150, 10_000, 4_050))
    applyFix(engine, makeVictimFix(170, 10_000, 4_100))
    // The step from 150 s to 170 s says nothing of where the victim went from 120 s on.
    expect(isTakenQuiet(engine, makeFix(180, 10_180))).toBe(false)
  })

  it('a fix within the ring of a pair is judged in full, however small the separation', () => {
    const proximityBans = [makePair({ separationMeters: 100, approachMeters: 3_950 })]
    const engine = makeCalm([makeOrder({ proximityBans })])
    expect(isTakenQuiet(engine, makeFix(180, 10_120, 20))).toBe(true)
    expect(isTakenQuiet(engine, makeFix(240, 10_120, 90))).toBe(false)
  })

  it('a fix after a gap is judged in full, though the other person was seen meanwhile', () => {
    const engine = makeCalm()
    applyFix(engine, makeVictimFix(400, 10_000, 4_000))
    expect(isTakenQuiet(engine, makeFix(421, 10_180))).toBe(false)
  })

  it('a device that moves and gives one place is judged in full', () => {
    const engine = makeCalm()
    applyFix(engine, makeFix(180, 10_180, 0, { speedMetersPerSecond: 3 }))
    expect(isTakenQuiet(engine, makeFix(240, 10_180, 0, { speedMetersPerSecond: 3 }))).toBe(false)
  })

  it.each<[boolean, string, Partial<ProtectionOrder>]>([
    [true, 'ends at another moment', { validUntilMs: startMs + 1e9 }],
    [true, 'ends', { status: 'ended' }],
    [true, 'says the same in other words', { reference: 'another' }],
    [true, 'has an area less', { locationBans: [] }],
    [true, 'has an area more, far off', { locationBans: [makeBan(), makeBan({ id: 'more' })] }],
    [false, 'has an area where he is', { locationBans: [banAbout(10_120)] }],
    [false, 'keeps them further apart', { proximityBans: [makePair({ separationMeters: 5_000 })] }],
    [false, 'begins later', { validFromMs: startMs + 1e9 }],
  ])('the first fix after the order is changed is quiet: %s where it %s', (isQuiet, _, terms) => {
    const engine = makeCalm()
    const order = makeOrder({ proximityBans: [makePair()], version: 2, ...terms })
    const change = { type: 'protection-order', protectionOrder: order } as const
    applyRegistryChange(engine, change, startMs + 130_000)
    expect(isTakenQuiet(engine, makeFix(180, 10_180))).toBe(isQuiet)
  })

  it('a fix from before a change of its order is judged in full', () => {
    const engine = makeCalm()
    const order = makeOrder({ proximityBans: [makePair()], version: 2, status: 'ended' })
    const change = { type: 'protection-order', protectionOrder: order } as const
    applyRegistryChange(engine, change, startMs + 181_000)
    expect(isTakenQuiet(engine, makeFix(180, 10_180))).toBe(false)
  })

  it('what waits is read by whoever asks for the state', () => {
    const engine = makeCalm()
    const dossier = engine.dossiers.get('offender')
    expect(isTakenQuiet(engine, makeFix(180, 10_180))).toBe(true)
    expect(dossier?.state.tracks[0]?.sighting?.recordedAtMs).toBe(startMs + 180_000)
    expect(dossier && countWaiting(dossier.trail)).toBe(0)
  })
})
