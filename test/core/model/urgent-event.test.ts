import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { isUrgent, settleTime } from '../../../src/core/model/urgent-event.ts'

const receivedAtMs = Date.UTC(2026, 10, 25, 12)
const { clockAheadMsMax, fixAgeMsMax } = defaultLimits
const report = { kind: 'panic', recordedAtMs: 0, batteryFraction: null, sequence: null } as const

describe('an urgent event', () => {
  it('an urgent event is a cry for help or what is done to a device by force', () => {
    expect(isUrgent('panic')).toBe(true)
    expect(isUrgent('link-lost')).toBe(true)
    expect(isUrgent('heartbeat')).toBe(false)
    expect(isUrgent('battery-critical')).toBe(false)
  })

  it.each([
    [clockAheadMsMax, false],
    [clockAheadMsMax + 1, true],
    [-fixAgeMsMax, false],
    [-fixAgeMsMax - 1, true],
  ])(
    'an urgent event with a clock %d ms from ours counts from its arrival: %s',
    (aheadMs, isOfArrival) => {
      const sent = { ...report, recordedAtMs: receivedAtMs + aheadMs }
      expect(settleTime(sent, receivedAtMs, defaultLimits)).toEqual(
        isOfArrival
          ? { ...sent, recordedAtMs: receivedAtMs, deviceClockAtMs: receivedAtMs + aheadMs }
          : sent,
      )
      const heartbeat = { ...sent, kind: 'heartbeat' } as const
      expect(settleTime(heartbeat, receivedAtMs, defaultLimits)).toEqual(heartbeat)
    },
  )

  it('an urgent event without a time says that none came', () => {
    const sent = { ...report, recordedAtMs: Number.NaN }
    expect(settleTime(sent, receivedAtMs, defaultLimits)).toMatchObject({
      recordedAtMs: receivedAtMs,
      deviceClockAtMs: null,
    })
  })
})
