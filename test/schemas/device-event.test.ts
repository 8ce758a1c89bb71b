import { describe, expect, it } from 'vitest'
import { deviceEventReader, deviceEventReportOf } from '../../src/schemas/device-event.ts'
import { intakeResultSchema } from '../../src/schemas/intake-result.ts'

const event = { serialNumber: 'AM-1', kind: 'panic', recordedAt: '2026-11-23T19:30:05+01:00' }

describe('a device event on the wire', () => {
  it('a device event on the wire becomes one of the core: absent is null, text is time', () => {
    const { data } = deviceEventReader.safeParse(event)
    expect(data && deviceEventReportOf(data)).toEqual({
      kind: 'panic',
      recordedAtMs: Date.parse('2026-11-23T18:30:05Z'),
      batteryFraction: null,
      sequence: null,
    })
  })

  it.each([{ kind: 'PANIC' }, { recordedAt: '2026-11-23' }, { note: '' }])(
    'a device event on the wire is refused with %j',
    (changes) => {
      expect(deviceEventReader.safeParse({ ...event, ...changes }).success).toBe(false)
    },
  )
})

describe('a device event of which something is wrong', () => {
  it.each(['PANIC', ' Strap-Tamper\n', 'Jamming-suspected'])(
    'a device event of which something is wrong is urgent in whatever letters: %j',
    (kind) => {
      const read = deviceEventReader.rescue({ ...event, kind })
      expect(read?.kind).toBe(kind.trim().toLowerCase())
    },
  )

  it.each([
    { batteryFraction: 1.1 },
    { batteryFraction: -1 },
    { batteryFraction: '57' },
    { sequence: -1 },
    { sequence: 'x', batteryFraction: 57 },
  ])(
    'a device event of which something is wrong is taken without an optional field that is: %j',
    (changes) => {
      const { data } = deviceEventReader.safeParse({ ...event, kind: 'heartbeat', ...changes })
      expect(data).toMatchObject({ kind: 'heartbeat', recordedAt: event.recordedAt })
      expect(data && deviceEventReportOf(data).batteryFraction).toBeNull()
    },
  )

  it.each([
    [{ recordedAt: 'yesterday' }, null],
    [{ recordedAt: undefined }, null],
    [{ recordedAt: 7 }, null],
    [{ note: '', batteryFraction: -1 }, event.recordedAt],
  ])(
    'a device event of which something is wrong is understood all the same when it is urgent: %j',
    (changes, recordedAt) => {
      for (const kind of ['panic', 'strap-tamper', 'jamming-suspected']) {
        expect(deviceEventReader.rescue({ ...event, kind, ...changes })).toMatchObject({
          serialNumber: 'AM-1',
          kind,
          recordedAt,
        })
      }
      expect(deviceEventReader.rescue({ ...event, kind: 'heartbeat', ...changes })).toBeNull()
    },
  )

  it.each([{ serialNumber: '' }, { serialNumber: undefined }, { kind: 'help' }])(
    'a device event of which something is wrong is not understood when it does not say whose it is and what it is: %j',
    (changes) => {
      expect(deviceEventReader.rescue({ ...event, ...changes })).toBeNull()
    },
  )
})

describe('the answer of the intake on the wire', () => {
  it('the answer of the intake on the wire holds reasons from the list only', () => {
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
