import type { FastifyRequest } from 'fastify'
import { RefusedInput } from '../../errors.ts'

/**
 * Refuses what a page of somebody else's makes a browser send. A cookie goes along by itself, also
 * from another port of the same host, which browsers call the same site; a browser says where a
 * request comes from, and a page cannot make it say otherwise.
 */
export function refuseForeignPages(sent: SentFrom, ownOrigin: string | null): void {
  const isReading = sent.method === 'GET' || sent.method === 'HEAD'
  if (sent.site !== undefined) {
    // `none`: typed, or from a bookmark. Nothing is changed by reading, but readings are on record.
    if (sent.site === 'same-origin' || (isReading && sent.site === 'none')) return
    throw foreign()
  }
  if (isReading && sent.origin === undefined) return
  if (ownOrigin === null || sent.origin !== ownOrigin) throw foreign()
}

export type SentFrom = {
  readonly method: string
  /** `Sec-Fetch-Site` */
  readonly site: string | undefined
  readonly origin: string | undefined
}

export function sentFrom({ method, headers }: FastifyRequest): SentFrom {
  const site = headers['sec-fetch-site']
  return { method, origin: headers.origin, site: typeof site === 'string' ? site : undefined }
}

function foreign(): RefusedInput {
  return new RefusedInput(
    'forbidden',
    'This call must come from a page of this server itself (Sec-Fetch-Site or Origin).',
  )
}
