import { expectSuccess, textField, type HttpClient } from './http-client.ts'

/**
 * Two orders from their decision to the closed file, as partners send them and staff end them: a
 * prosecutor's behaviour order of ninety days that is extended three times, and a temporary home
 * ban of ten days that goes on to 28. Each began some time ago, so that it is near its end. Tells
 * each step as it is done; at the desk their life stands in the register.
 */
export async function walkOrders(
  http: HttpClient,
  supervisorToken: string,
  nowMs: number,
  say: (line: string) => void,
): Promise<void> {
  for (const walked of [behaviourOrder, homeBan]) {
    const { reference, firstDays, laterDays, begunDays, decider } = walked
    const start = Temporal.Instant.fromEpochMilliseconds(nowMs)
      .toZonedDateTimeISO('Europe/Amsterdam')
      .subtract({ days: begunDays })
      .round('second')
    const decide = async (act: 'impose' | 'extend', number: number, order: object) => {
      const document = {
        source: decider,
        documentReference: `${reference}-${number}`,
        act,
        ...(act === 'impose' ? { supervision } : {}),
        order: { reference, ...order },
      }
      const answer = await http.post('/v1/decisions', supervisorToken, document)
      return textField(expectSuccess(answer, 'POST /v1/decisions'), 'protectionOrderId')
    }
    // Days of the calendar: one of them may have 23 hours.
    const after = (days: number) =>
      start.add({ days }).toString({ timeZoneName: 'never', smallestUnit: 'second' })
    const id = await decide('impose', 0, {
      legalBasis: walked.legalBasis,
      offenderReference: walked.offenderReference,
      validFrom: after(0),
      validUntil: after(firstDays),
      locationBans: [homeArea],
    })
    say(`${reference}: imposed by ${walked.who}, ${firstDays} days, ${firstDays - begunDays} left.`)
    for (const [place, days] of laterDays.entries()) {
      await decide('extend', place + 1, { validUntil: after(days) })
      say(`${reference}: extended to ${days} days by ${walked.who}.`)
    }
    const order = `/v1/protection-orders/${id}`
    const operate = async (operation: string, body: object) =>
      expectSuccess(await http.post(`${order}/${operation}`, supervisorToken, body), operation)
    await operate('_end', {
      documentReference: `${reference}-end`,
      decidedBy: walked.endedBy,
      reason: walked.reason,
    })
    await operate('_close', { reason: 'The contact point has told everybody.' })
    say(`${reference}: lifted, since ${walked.reason}; its file is closed.`)
  }
}

const behaviourOrder = {
  reference: 'DEMO-GA-1',
  legalBasis: 'prosecutor-behaviour-order',
  offenderReference: 'DEMO-RECL-90',
  decider: 'prosecutor',
  who: 'the prosecutor',
  begunDays: 80,
  firstDays: 90,
  laterDays: [180, 270, 360],
  endedBy: 'court',
  reason: 'a measure of the court holds instead',
} as const

const homeBan = {
  reference: 'DEMO-THV-1',
  legalBasis: 'temporary-home-ban',
  offenderReference: 'DEMO-RECL-28',
  decider: 'mayor',
  who: 'the mayor',
  begunDays: 8,
  firstDays: 10,
  laterDays: [28],
  endedBy: 'mayor',
  reason: 'the household has moved',
} as const

const supervision = { body: 'Reclassering Nederland', electronicMonitoring: true }
/** Away from the town, so that nobody of it is near. */
const homeArea = {
  label: 'woning',
  circle: { longitude: 6.56, latitude: 53.21, radiusMeters: 500 },
}
