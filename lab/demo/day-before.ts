import { setTimeout as wait } from 'node:timers/promises'
import { formatInstant } from '../../src/schemas/common.ts'
import { expectSuccess, textField, UnexpectedAnswer, type HttpClient } from './http-client.ts'

/**
 * The report of the night: closed before anything of the day is there, as the shift that ends has
 * left nothing open. What it says of the evening is what `playEvening` plays.
 */
export async function closeNight(http: HttpClient, adminToken: string): Promise<void> {
  const body = { name: 'Nachtdienst', role: 'operator' }
  const made = expectSuccess(await http.post('/v1/api-clients', adminToken, body), 'api-clients')
  const token = textField(made, 'token')
  expectSuccess(await http.post('/v1/hand-overs', token, { note: nightNote }), 'hand-overs')
}

/**
 * A case of yesterday evening: a monitor without a connection that was in a ban and has sent what
 * it kept only now. Its alerts are learned late and closed with what came of them, so that somebody
 * who is new at the desk can look one up. Beside the play of the day, and away from its town.
 */
export async function playEvening(
  http: HttpClient,
  tokens: EveningTokens,
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  const orderId = await registerEvening(http, tokens, nowMs)
  const positions = eveningFixes(nowMs)
  const sent = await http.post('/v1/positions', tokens.vendor, { positions })
  expectSuccess(sent, 'POST /v1/positions')
  const path = `/v1/alerts?protectionOrderId=${orderId}&limit=25`
  const deadlineMs = performance.now() + toldMsMax
  let quietSinceMs = performance.now()
  let closedCount = 0
  // Until its alerts were told and closed, and no other has come for some seconds.
  while (closedCount === 0 || performance.now() - quietSinceMs < quietMs) {
    await wait(300, null, { signal }).catch(() => null)
    if (signal.aborted) return
    if (performance.now() > deadlineMs) {
      if (closedCount > 0) return
      throw new UnexpectedAnswer(`GET ${path}: no alert of the evening was told`)
    }
    const { items } = expectSuccess(await http.get(path, tokens.operator), path) as {
      readonly items: readonly { readonly id: string; readonly status: string }[]
    }
    for (const { id } of items.filter(({ status }) => status !== 'closed')) {
      const answer = await http.post(`/v1/alerts/${id}/_close`, tokens.operator, closing)
      // 409: it has changed since it was read; the next round sees how.
      if (answer.status !== 409) expectSuccess(answer, '_close')
      quietSinceMs = performance.now()
      closedCount += 1
    }
  }
}

export type EveningTokens = {
  readonly supervisor: string
  readonly operator: string
  readonly vendor: string
  /** The server's id of the vendor of that token. */
  readonly vendorId: string
}

export const eveningReference = 'DEMO-GISTEREN-1'

const nightNote =
  'Rustige nacht. De enkelband in DEMO-GISTEREN-1 had gisteravond geen verbinding en zendt in de ' +
  'ochtend na wat is bewaard: let op een late melding van het gebied, en sluit die met wat eruit kwam.'
const closing = {
  outcome: 'confirmed',
  note: 'Achteraf bekend geworden. De politie en de toezichthouder zijn ingelicht.',
} as const

async function registerEvening(
  http: HttpClient,
  { supervisor, vendorId }: EveningTokens,
  nowMs: number,
): Promise<string> {
  const make = async (path: string, body: object): Promise<string> =>
    textField(expectSuccess(await http.post(path, supervisor, body), `POST ${path}`), 'id')
  const validFrom = formatInstant(nowMs - 3 * dayMs)
  const personId = await make('/v1/persons', { role: 'offender', reference: 'DEMO-RECL-31' })
  const deviceId = await make('/v1/devices', {
    vendorId,
    serialNumber,
    kind: 'ankle-monitor',
    // Nothing more is played of it: it may be quiet for as long as somebody looks about.
    reportIntervalSeconds: 3_600,
  })
  await make('/v1/device-assignments', { deviceId, personId, validFrom })
  return await make('/v1/protection-orders', {
    reference: eveningReference,
    legalBasis: 'pretrial-suspension',
    offenderId: personId,
    validFrom,
    validUntil: formatInstant(nowMs + 90 * dayMs),
    locationBans: [
      { label: 'woning en omgeving', circle: { ...area, radiusMeters: 600 }, approachMeters: 500 },
    ],
  })
}

/** From the south to the middle of the area and back, a minute a fix; and where it is now. */
function eveningFixes(nowMs: number): readonly object[] {
  const begunMs = yesterdayEveningMs(nowMs)
  const way = Array.from({ length: wayMinutes }, (_, minute) => {
    const metersSouth = Math.abs(minute - wayMinutes / 2) * metersPerMinute
    return fixAt(begunMs + minute * 60_000, metersSouth)
  })
  return [...way, fixAt(nowMs - 20_000, (wayMinutes / 2) * metersPerMinute)]
}

/** By the clock of the people at the desk. */
export function yesterdayEveningMs(nowMs: number): number {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO('Europe/Amsterdam')
  return today.subtract({ days: 1 }).with({ hour: 20, minute: 40, second: 0 }).epochMilliseconds
}

function fixAt(atMs: number, metersSouth: number): object {
  return {
    serialNumber,
    recordedAt: formatInstant(atMs),
    longitude: area.longitude,
    latitude: area.latitude - metersSouth / metersPerDegree,
    accuracyMeters: 8,
    source: 'gnss',
    satellites: 9,
    hdop: 1,
    batteryFraction: 0.7,
  }
}

const serialNumber = 'ZB-EVENING-1'
/** Away from the town, so that nobody of it is near. */
const area = { longitude: 6.62, latitude: 53.24 } as const
const wayMinutes = 40
const metersPerMinute = 110
const metersPerDegree = 111_300
const dayMs = 86_400_000
/** Fixes of before are judged within seconds; a busy machine takes longer. */
const toldMsMax = 60_000
const quietMs = 4_000
