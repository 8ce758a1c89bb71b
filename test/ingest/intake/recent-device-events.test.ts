import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createRecentDeviceEvents } from '../../../src/ingest/intake/recent-device-events.ts'

const flag = {
  kind: 'strap-tamper',
  recordedAtMs: 1_000,
  receivedAtMs: 1_500,
  sequence: null,
} as const
const panic = { ...flag, kind: 'panic' } as const
const { panicRetryMs } = defaultLimits

describe('the memory of recent device events', () => {
  it('the memory of recent device events knows an event by device, kind and time', () => {
    const recent = createRecentDeviceEvents(defaultLimits)
    recent.add('device', flag, 4)
    expect(recent.find('device', flag)).toBe(4)
    expect(recent.find('device', { ...flag, receivedAtMs: 9e9, sequence: 3 })).toBe(4)
    expect(recent.find('other', flag)).toBeNull()
    expect(recent.find('device', { ...flag, kind: 'heartbeat' })).toBeNull()
    expect(recent.find('device', { ...flag, recordedAtMs: 1_001 })).toBeNull()
  })

  it.each([
    ['at once', panic, 0, 4],
    ['seconds later', panic, panicRetryMs, 4],
    ['later than a sender tries again', panic, panicRetryMs + 1, null],
    ['at once with another sequence', { ...panic, sequence: 2 }, 0, null],
  ])(
    'the memory of recent device events knows a press by its time only of a sender that tries again: %s',
    (_, event, ms, group) => {
      const recent = createRecentDeviceEvents(defaultLimits)
      recent.add('device', panic, 4)
      const again = { ...event, receivedAtMs: panic.receivedAtMs + ms }
      expect(recent.find('device', again)).toBe(group)
      expect(recent.hasTime('device', again)).toBe(true)
    },
  )

  it.each([
    [panicRetryMs, 4],
    [panicRetryMs + 1, null],
  ])(
    'the memory of recent device events knows an event that counts from its arrival by the clock of its device: %d ms',
    (ms, group) => {
      const recent = createRecentDeviceEvents(defaultLimits)
      const deviceClockAtMs = Date.UTC(1980, 0, 6)
      recent.add('device', { ...flag, deviceClockAtMs }, 4)
      const atMs = flag.recordedAtMs + ms
      const receivedAtMs = flag.receivedAtMs + ms
      const again = { ...flag, recordedAtMs: atMs, receivedAtMs, deviceClockAtMs }
      expect(recent.find('device', again)).toBe(group)
    },
  )

  it('the memory of recent device events forgets one event that somebody has answered', () => {
    const recent = createRecentDeviceEvents(defaultLimits)
    recent.add('device', panic, 1)
    recent.forgetEvent('device', panic)
    expect(recent.find('device', panic)).toBeNull()
    expect(recent.entryCount()).toBe(0)
  })

  it('the memory of recent device events forgets what a failed group brought and nothing else', () => {
    const recent = createRecentDeviceEvents(defaultLimits)
    recent.add('device', panic, 1)
    recent.add('device', { ...panic, recordedAtMs: 2_000 }, 2)
    recent.forget('device', 2)
    expect(recent.find('device', panic)).toBe(1)
    expect(recent.find('device', { ...panic, recordedAtMs: 2_000 })).toBeNull()
    expect(recent.entryCount()).toBe(1)
  })

  it('the memory of recent device events keeps the newest 256 of a device', () => {
    const recent = createRecentDeviceEvents(defaultLimits)
    for (let recordedAtMs = 0; recordedAtMs < 300; recordedAtMs += 1)
      recent.add('device', { ...panic, recordedAtMs }, 1)
    expect(recent.entryCount()).toBe(256)
    expect(recent.find('device', { ...panic, recordedAtMs: 43 })).toBeNull()
    expect(recent.find('device', { ...panic, recordedAtMs: 44 })).toBe(1)
  })
})
