import { z } from 'zod'
import { MapFault } from './map-fault.ts'
import { askOutside, readAtMost } from './read-outside.ts'

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
    const answer = await askOutside(url, { accept: 'application/json', msMax: answerMsMax })
    status = answer.status
    if (answer.ok) return JSON.parse((await readAtMost(answer, answerBytesMax)).toString('utf8'))
  } catch {
    throw new MapFault('The address service does not answer, or not in JSON.')
  }
  throw new MapFault(`The address service answered ${status}.`)
}

const answerMsMax = 4_000
/** Eight addresses are some two thousand bytes. */
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
