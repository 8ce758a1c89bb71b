import { describe, expect, it } from 'vitest'
import { createRecentDeviceEvents } from '../../../src/ingest/intake/recent-device-events.ts'

const panic = { kind: 'panic', recordedAtMs: 1_000 } as const

describe('the memory of recent device events', () => {
  it('knows an event by device, kind and time', () => {
    const recent = createRecentDeviceEvents()
    recent.add('device', panic, 4)
    expect(recent.find('device', panic)).toBe(4)
    expect(recent.find('other', panic)).toBeNull()
    expect(recent.find('device', { ...panic, kind: 'heartbeat' })).toBeNull()
    expect(recent.find('device', { ...panic, recordedAtMs: 1_001 })).toBeNull()
  })

  it('forgets what a failed group brought and nothing else', () => {
    const recent = createRecentDeviceEvents()
    recent.add('device', panic, 1)
    recent.add('device', { ...panic, recordedAtMs: 2_000 }, 2)
    recent.forget('device', 2)
    expect(recent.find('device', panic)).toBe(1)
    expect(recent.find('device', { ...panic, recordedAtMs: 2_000 })).toBeNull()
    expect(recent.entryCount()).toBe(1)
  })

  it('keeps the newest 256 of a device', () => {
    const recent = createRecentDeviceEvents()
    for (let recordedAtMs = 0; recordedAtMs < 300; recordedAtMs += 1)
      recent.add('device', { ...panic, recordedAtMs }, 1)
    expect(recent.entryCount()).toBe(256)
    expect(recent.find('device', { ...panic, recordedAtMs: 43 })).toBeNull()
    expect(recent.find('device', { ...panic, recordedAtMs: 44 })).toBe(1)
  })
})
