import { z } from 'zod'
import { deviceEventKinds } from '../core/model/fix.ts'
import type { DeviceEventReport } from '../core/model/fix.ts'
import { isUrgent } from '../core/model/urgent-event.ts'
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

const strictReader = z.compile(deviceEventSchema, { strict: true })

/** An event as it is understood: null where an urgent one came without a time that can be read. */
export type ReadDeviceEvent = Omit<z.output<typeof deviceEventSchema>, 'recordedAt'> & {
  readonly recordedAt: string | null
}

/**
 * Reads one event, and what can be read of it where something in it is wrong: a battery level out
 * of range is left out, as phones do with what they do not know. An urgent event needs to say only
 * whose it is and what it is, in small letters or not: a cut strap is not refused for a field or a
 * clock.
 */
export const deviceEventReader = {
  safeParse: (body: unknown) => {
    const read = strictReader.safeParse(body)
    return read.success ? read : strictReader.safeParse(withoutWrongOptions(body))
  },
  rescue: (body: unknown): ReadDeviceEvent | null => {
    const read = urgentReader.safeParse(body)
    if (!read.success || !isUrgent(read.data.kind)) return null
    return { ...read.data, recordedAt: read.data.recordedAt ?? null }
  },
}

const { serialNumber, kind, recordedAt, batteryFraction, sequence } = deviceEventSchema.shape
const optionsReader = z.object({
  batteryFraction: batteryFraction.catch(null),
  sequence: sequence.catch(null),
})
const urgentReader = optionsReader.extend({
  serialNumber,
  kind: z.string().trim().toLowerCase().pipe(kind),
  recordedAt: recordedAt.nullish().catch(null),
})

/** The same event, with an optional field that is wrong told as not known. */
export function withoutWrongOptions(body: unknown): unknown {
  const options = optionsReader.safeParse(body)
  return options.success && typeof body === 'object' ? { ...body, ...options.data } : body
}

export const deviceEventsBodySchema = z
  .strictObject({ events: z.array(deviceEventSchema).min(1).max(elementCountMax) })
  .meta({ id: 'DeviceEvents' })

/** What is checked of the request as a whole; its elements are judged one by one. */
export const deviceEventsEnvelopeSchema = z.strictObject({
  events: z.array(z.unknown()).min(1).max(elementCountMax),
})

/** From the wire to the core: absent becomes null, text becomes time. */
export function deviceEventReportOf(event: ReadDeviceEvent): DeviceEventReport {
  return {
    kind: event.kind,
    recordedAtMs: event.recordedAt === null ? Number.NaN : instantMs(event.recordedAt),
    batteryFraction: event.batteryFraction ?? null,
    sequence: event.sequence ?? null,
  }
}
