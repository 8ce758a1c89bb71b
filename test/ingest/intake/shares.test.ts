import { describe, expect, it } from 'vitest'
import type { DeviceEvent, DeviceEventKind, Fix } from '../../../src/core/model/fix.ts'
import { createShares } from '../../../src/ingest/intake/shares.ts'
import { nowMs, reportAt } from '../support.ts'

function fixesOf(count: number, ageMs: number): Fix[] {
  return Array.from({ length: count }, (_, index) => ({
    ...reportAt(index),
    deviceId: `device ${index}`,
    recordedAtMs: nowMs - ageMs,
    receivedAtMs: nowMs,
  }))
}

function eventOf(kind: DeviceEventKind, ageMs = 0): DeviceEvent {
  const report = { deviceId: 'device', batteryFraction: null, sequence: null }
  return { ...report, kind, recordedAtMs: nowMs - ageMs, receivedAtMs: nowMs }
}

function createWorld() {
  const clock = { elapsedMs: 0 }
  const shares = createShares(() => clock.elapsedMs)
  const lanesOf = (senderId: string, entries: readonly (Fix | DeviceEvent)[]) => {
    const turnOf = shares.place(senderId, entries)
    return new Set(entries.map((entry) => turnOf(entry)?.lane ?? 'at its place'))
  }
  return { clock, shares, lanesOf }
}

describe('at its place or in turn', () => {
  it('what a sender sends of now is judged at its place, up to its share', () => {
    const { lanesOf } = createWorld()
    for (let count = 0; count < 4; count += 1) {
      expect(lanesOf('vendor', fixesOf(1_000, 5_000))).toEqual(new Set(['at its place']))
    }
    expect(lanesOf('vendor', fixesOf(1_000, 5_000))).toEqual(new Set(['now']))
    expect(lanesOf('another', fixesOf(1_000, 5_000))).toEqual(new Set(['at its place']))
  })

  it('whoever goes on sending beyond its share stays in turn, and comes back once it has stopped', () => {
    const { clock, lanesOf } = createWorld()
    for (let count = 0; count < 20; count += 1) {
      lanesOf('vendor', fixesOf(1_000, 5_000))
      clock.elapsedMs += 200
    }
    expect(lanesOf('vendor', fixesOf(1, 5_000))).toEqual(new Set(['now']))
    clock.elapsedMs += 4_000
    expect(lanesOf('vendor', fixesOf(1_000, 5_000))).toEqual(new Set(['at its place']))
  })

  it('history is judged in turn from the first on, and takes nothing of the share', () => {
    const { lanesOf } = createWorld()
    for (let count = 0; count < 50; count += 1) {
      expect(lanesOf('vendor', fixesOf(1_000, 13 * 3_600_000))).toEqual(new Set(['history']))
    }
    expect(lanesOf('vendor', fixesOf(1_000, 600_000))).toEqual(new Set(['at its place']))
  })

  it('a turn is of its sender', () => {
    const { shares } = createWorld()
    const [fix] = fixesOf(1, 3_600_000)
    expect(fix && shares.place('vendor', [fix])(fix)).toEqual({
      senderId: 'vendor',
      lane: 'history',
    })
  })

  it('a cry for help is judged at its place, however much its sender sends and whatever its clock says', () => {
    const { lanesOf } = createWorld()
    for (let count = 0; count < 20; count += 1) lanesOf('vendor', fixesOf(1_000, 5_000))
    for (const kind of ['panic', 'strap-tamper', 'case-tamper'] as const) {
      expect(lanesOf('vendor', [eventOf(kind)])).toEqual(new Set(['at its place']))
      expect(lanesOf('vendor', [eventOf(kind, 3_600_000)])).toEqual(new Set(['at its place']))
    }
    expect(lanesOf('vendor', [eventOf('heartbeat')])).toEqual(new Set(['now']))
  })

  it('thousands of cries at once are judged in turn, so that those of others are heard', () => {
    const { lanesOf } = createWorld()
    const cries = Array.from({ length: 1_000 }, () => eventOf('panic'))
    expect(lanesOf('vendor', cries)).toEqual(new Set(['at its place']))
    expect(lanesOf('vendor', cries)).toEqual(new Set(['now']))
    expect(lanesOf('another', [eventOf('panic')])).toEqual(new Set(['at its place']))
  })
})
