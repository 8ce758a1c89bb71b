import { z } from 'zod'
import { dayMs } from '../core/model/units.ts'

/**
 * A UUID as the database makes them (version 7; alerts have version 8). Lower case from here on,
 * because ids are compared as text once they are inside an order.
 */
export const idSchema = z
  .uuid()
  .toLowerCase()
  .meta({ examples: ['019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21'] })

export const idParamsSchema = z.strictObject({ id: idSchema })

/**
 * RFC 3339 with any offset; `-00:00` ("offset unknown") is refused (ADR /core/date-time/format).
 * Answers are always UTC with milliseconds.
 */
export const instantSchema = z
  .string()
  .max(40)
  .refine((text) => parseInstant(text) !== null, {
    error:
      'expected an RFC 3339 date and time with an offset (such as 2026-11-23T18:30:05Z; not -00:00), got text that is not one',
  })
  .meta({ format: 'date-time', examples: ['2026-11-23T18:30:05.000Z'] })

/**
 * Milliseconds since the epoch, or null when the text is not an RFC 3339 instant. One rule for
 * requests, scenarios and recordings, so that none takes what another refuses.
 */
export function parseInstant(text: string): number | null {
  const match = rfc3339.exec(text)
  if (match === null || text.endsWith('-00:00')) return null
  if (!isCalendarDate(Number(match[1]), Number(match[2]), Number(match[3]))) return null
  const epochMs = instantMs(text)
  const isLeapSecond = text.startsWith(':60', 16)
  // A leap second is the last of a day of UTC; any other second 60 is a fault.
  const isTime = !Number.isNaN(epochMs) && (!isLeapSecond || epochMs % dayMs < 1_000)
  return isTime ? epochMs : null
}

/** For times already checked by `instantSchema`. A leap second is the first of the next day. */
export function instantMs(text: string): number {
  const upper = text.toUpperCase()
  return upper.startsWith(':60', 16)
    ? Date.parse(`${upper.slice(0, 17)}59${upper.slice(19)}`) + 1_000
    : Date.parse(upper)
}

export function formatInstant(epochMs: number): string {
  return new Date(epochMs).toISOString()
}

export function formatInstantOrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : formatInstant(epochMs)
}

/**
 * T and Z in either case, as the RFC says; no space for the T. Fractions beyond milliseconds are
 * accepted and cut. Years the database can hold.
 */
const rfc3339 =
  /^([1-9]\d{3})-(\d{2})-(\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** `Date.parse` takes 30 February for 2 March; a court order must not. */
function isCalendarDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  return day <= 28 || day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** In decimal digits: `1e1`, `0x10` and `+5` are somebody's slip, and not ten, sixteen and five. */
function asDecimal(text: unknown): unknown {
  return typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : text
}

/** Finds by the beginning of what people know something by, whatever the case of its letters. */
export const beginningSchema = z
  .string()
  .max(200)
  .default('')
  .describe('Only what begins with this, whatever the case; absent or empty: all.')

export const listQuerySchema = z.strictObject({
  cursor: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('`nextCursor` of the previous page; leave out for the first page.'),
  limit: z
    .preprocess(asDecimal, z.number().int().min(1).max(200).default(50))
    .describe('How many items at most.'),
})

/** One page of a collection, named for what it holds. `nextCursor` is null on the last page. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  const page = z.strictObject({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .describe('Pass it as `cursor` for the next page; null: this was the last.'),
  })
  const name = item.meta()?.id
  if (name === undefined) throw new Error('what a page holds needs a name in the document')
  return page.meta({ id: `${name}Page` })
}

/** One line of text as people type it: no control characters, not blank. */
export function lineSchema(maxLength: number) {
  return z
    .string()
    .min(1, { abort: true })
    .max(maxLength)
    .refine((text) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(text) && text.trim() !== '', {
      error: 'expected one line of text that is not blank, without control characters',
    })
}
