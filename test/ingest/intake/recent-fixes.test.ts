import { describe, expect, it } from 'vitest'
import { createRecentFixes } from '../../../src/ingest/intake/recent-fixes.ts'

const key = { recordedAtMs: 1_000_000_000_000, longitude: 4.8952, latitude: 52.3702 }

describe('a fix is a duplicate of one the device sent before', () => {
  const cases = [
    { name: 'with time and position equal', later: {}, isDuplicate: true },
    {
      name: 'with another spelling of the same position',
      later: { longitude: 4.895_200_000_01 },
      isDuplicate: true,
    },
    {
      name: 'not when only the time is equal: two places at one moment are a contradiction to be seen',
      later: { latitude: 52.4 },
      isDuplicate: false,
    },
    {
      name: 'not when only the position is equal: a parked device reports too',
      later: { recordedAtMs: key.recordedAtMs + 1_000 },
      isDuplicate: false,
    },
  ]
  it.each(cases)('a fix is compared with those sent before: $name', ({ later, isDuplicate }) => {
    const recent = createRecentFixes()
    recent.add('device', key, 3)
    expect(recent.find('device', { ...key, ...later })).toBe(isDuplicate ? 3 : null)
  })

  it('a fix is no duplicate of one that another device sent', () => {
    const recent = createRecentFixes()
    recent.add('device', key, 3)
    expect(recent.find('other', key)).toBeNull()
  })
})

describe('the memory of recent fixes', () => {
  it('the memory of recent fixes forgets what a failed group brought and nothing else', () => {
    const recent = createRecentFixes()
    recent.add('device', key, 1)
    recent.add('device', { ...key, recordedAtMs: key.recordedAtMs + 60_000 }, 2)
    recent.forget('device', 2)
    expect(recent.find('device', key)).toBe(1)
    expect(recent.find('device', { ...key, recordedAtMs: key.recordedAtMs + 60_000 })).toBeNull()
  })

  it('the memory of recent fixes recognises a whole request of a thousand fixes of one device', () => {
    const recent = createRecentFixes()
    const keys = Array.from({ length: 1_000 }, (_, index) => ({
      ...key,
      recordedAtMs: index * 1_000,
      sequence: index,
    }))
    for (const each of keys) recent.add('device', each, 1)
    expect(keys.every((each) => recent.find('device', each) === 1)).toBe(true)
  })

  it('the memory of recent fixes keeps the newest fixes of a device and stays within its bound', () => {
    const recent = createRecentFixes()
    for (let index = 0; index < 5_000; index += 1) {
      recent.add('device', { ...key, recordedAtMs: index }, 1)
    }
    expect(recent.entryCount()).toBe(1_024)
    expect(recent.find('device', { ...key, recordedAtMs: 4_999 - 1_023 })).toBe(1)
    expect(recent.find('device', { ...key, recordedAtMs: 3_000 })).toBeNull()
  })

  it('the memory of recent fixes gives each device less when there are many, and cuts the ring of one that had more', () => {
    const recent = createRecentFixes({ entryCountMax: 400 })
    for (let index = 0; index < 300; index += 1)
      recent.add('first', { ...key, recordedAtMs: index }, 1)
    expect(recent.entryCount()).toBe(300)
    for (let device = 0; device < 9; device += 1) recent.add(`device-${device}`, key, 1)
    recent.add('first', { ...key, recordedAtMs: 300 }, 1)
    expect(recent.entryCount()).toBe(40 + 9)
    for (let index = 261; index <= 300; index += 1) {
      expect(recent.find('first', { ...key, recordedAtMs: index })).toBe(1)
    }
    expect(recent.find('first', { ...key, recordedAtMs: 260 })).toBeNull()
  })
})
