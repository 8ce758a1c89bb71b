import { z } from 'zod'
import { MapFault } from './map-fault.ts'

/**
 * Addresses by a Locatieserver of PDOK (version 3.1, `free`). The text goes to whoever runs it: a
 * person decides so each time. What it answers is read as anybody's; a redirect is not followed,
 * and what is wrong quotes neither question nor answer.
 */
export async function askLocatieserver(
  serverUrl: string,
  text: string,
  countMax: number,
): Promise<OutsideAddress[]> {
  // Parameters that its document does not name are refused.
  const query = new URLSearchParams({
    q: text,
    fq: 'type:adres',
    fl: 'weergavenaam,centroide_ll',
    rows: String(countMax),
  })
  const found = answerSchema.safeParse(await readAnswer(`${serverUrl}/free?${query.toString()}`))
  if (!found.success) throw new MapFault(notUnderstood)
  return found.data.response.docs.slice(0, countMax).map(({ weergavenaam, centroide_ll: at }) => {
    return { label: weergavenaam, longitude: at.longitude, latitude: at.latitude }
  })
}

export type OutsideAddress = {
  readonly label: string
  readonly longitude: number
  readonly latitude: number
}

async function readAnswer(url: string): Promise<unknown> {
  let status: number
  try {
    const answer = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(answerMsMax),
      headers: { accept: 'application/json', 'user-agent': 'hoede' },
    })
    status = answer.status
    if (answer.ok) return JSON.parse(await readAtMost(answer))
  } catch {
    throw new MapFault('The address service does not answer, or not in JSON.')
  }
  throw new MapFault(`The address service answered ${status}.`)
}

/** Eight addresses are some two thousand bytes. */
async function readAtMost({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > answerBytesMax) throw new MapFault(notUnderstood)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const answerMsMax = 4_000
const answerBytesMax = 256 * 1024
const notUnderstood = 'The address service answered something else than addresses.'

/** Text as `POINT(5.1 52.1)`, longitude first. */
const pointSchema = z.string().transform((text, context) => {
  const [, longitude, latitude] = /^POINT ?\((-?[\d.]+) (-?[\d.]+)\)$/.exec(text) ?? []
  const place = { longitude: Number(longitude), latitude: Number(latitude) }
  if (Math.abs(place.longitude) <= 180 && Math.abs(place.latitude) <= 90) return place
  context.addIssue({ code: 'custom', message: 'expected POINT(longitude latitude)' })
  return z.NEVER
})

const answerSchema = z.object({
  response: z.object({
    docs: z.array(
      z.object({ weergavenaam: z.string().min(1).max(300), centroide_ll: pointSchema }),
    ),
  }),
})
