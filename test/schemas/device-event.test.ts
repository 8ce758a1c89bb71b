import { describe, expect, it } from 'vitest'
import { deviceEventReader, deviceEventReportOf } from '../../src/schemas/device-event.ts'
import { intakeResultSchema } from '../../src/schemas/intake-result.ts'

const event = { serialNumber: 'AM-1', kind: 'panic', recordedAt: '2026-11-23T19:30:05+01:00' }

describe('a device event on the wire', () => {
  it('becomes one of the core: absent is null, text is time', () => {
    expect(deviceEventReportOf(deviceEventReader.parse(event))).toEqual({
      kind: 'panic',
      recordedAtMs: Date.parse('2026-11-23T18:30:05Z'),
      batteryFraction: null,
      sequence: null,
    })
  })

  it.each([
    { kind: 'PANIC' },
    { recordedAt: '2026-11-23' },
    { batteryFraction: 1.1 },
    { sequence: -1 },
    { note: '' },
  ])('is refused with %j', (changes) => {
    expect(deviceEventReader.safeParse({ ...event, ...changes }).success).toBe(false)
  })
})

describe('the answer of the intake on the wire', () => {
  it('holds reasons from the list only', () => {
    const answer = {
      accepted: 1,
      duplicates: 0,
      rejected: [{ index: 1, code: 'future', detail: 'expected less' }],
    }
    expect(intakeResultSchema.safeParse(answer).success).toBe(true)
    const other = { ...answer, rejected: [{ index: 1, code: 'because', detail: 'expected less' }] }
    expect(intakeResultSchema.safeParse(other).success).toBe(false)
  })
})
