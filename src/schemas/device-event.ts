import { z } from 'zod'
import { deviceEventKinds } from '../core/model/fix.ts'
import type { DeviceEventReport } from '../core/model/fix.ts'
import { instantMs, instantSchema, lineSchema } from './common.ts'

/** As many as positions in one request. */
const elementCountMax = 1_000

export const deviceEventSchema = z
  .strictObject({
    serialNumber: lineSchema(100)
      .describe('The device, as registered for the vendor of the token.')
      .meta({ examples: ['AM-000123'] }),
    kind: z.enum(deviceEventKinds),
    recordedAt: instantSchema.describe('When it happened, by the clock of the device.'),
    batteryFraction: z.number().min(0).max(1).nullish().describe('From 0, empty, to 1, full.'),
    sequence: z.int().min(0).nullish().describe("The device's own counter."),
  })
  .meta({ id: 'DeviceEvent' })

export const deviceEventReader = z.compile(deviceEventSchema, { strict: true })

export const deviceEventsBodySchema = z
  .strictObject({ events: z.array(deviceEventSchema).min(1).max(elementCountMax) })
  .meta({ id: 'DeviceEvents' })

/** What is checked of the request as a whole; its elements are judged one by one. */
export const deviceEventsEnvelopeSchema = z.strictObject({
  events: z.array(z.unknown()).min(1).max(elementCountMax),
})

/** From the wire to the core: absent becomes null, text becomes time. */
export function deviceEventReportOf(event: z.output<typeof deviceEventSchema>): DeviceEventReport {
  return {
    kind: event.kind,
    recordedAtMs: instantMs(event.recordedAt),
    batteryFraction: event.batteryFraction ?? null,
    sequence: event.sequence ?? null,
  }
}
