import { type ApiTestClient, createApiClient, type Json } from './api-client.ts'

/**
 * Registers a vendor and `caseCount` offenders, each with a monitor and an order with
 * one circle, over the API.
 */
export async function registerWorld(
  admin: ApiTestClient,
  options: {
    readonly caseCount: number
    readonly startMs: number
    readonly prefix: string
    readonly reportIntervalSeconds?: number
  },
): Promise<RegisteredWorld> {
  const vendor = await admin.mustPost('/v1/vendors', { name: `Vendor ${options.prefix}` })
  const vendorId = textOf(vendor, 'id')
  const token = async (role: string, extra: Record<string, string>): Promise<string> =>
    textOf(
      await admin.mustPost('/v1/api-clients', {
        name: `${options.prefix} ${role}`,
        role,
        ...extra,
      }),
      'token',
    )
  const vendorToken = await token('vendor', { vendorId })
  const operatorToken = await token('operator', {})
  const supervisor = createApiClient(admin.baseUrl, await token('supervisor', {}))
  const cases: RegisteredCase[] = []
  for (let index = 0; index < options.caseCount; index += 1) {
    cases.push(await registerCase(supervisor, vendorId, index, options))
  }
  return { vendorId, vendorToken, operatorToken, cases, startMs: options.startMs }
}

export type RegisteredWorld = {
  readonly vendorId: string
  readonly vendorToken: string
  readonly operatorToken: string
  readonly cases: readonly RegisteredCase[]
  /** Orders are in force from a day before. */
  readonly startMs: number
}

export type RegisteredCase = {
  readonly serialNumber: string
  readonly orderId: string
  /** Centre of the ban, 300 m radius, 500 m approach. */
  readonly longitude: number
  readonly latitude: number
}

/** Degrees of longitude, 1.5 km at 52° N: outside the ban and its approach band. */
export const outsideDegrees = 0.022

export function textOf(body: Json, field: string): string {
  const value = body[field]
  if (typeof value !== 'string') throw new Error(`expected a text in ${field}`)
  return value
}

async function registerCase(
  supervisor: ApiTestClient,
  vendorId: string,
  index: number,
  options: {
    readonly startMs: number
    readonly prefix: string
    readonly reportIntervalSeconds?: number
  },
): Promise<RegisteredCase> {
  const reference = `${options.prefix}-${index}`
  const serialNumber = `AM-${reference}`
  const longitude = 4 + (index % 50) / 20
  const latitude = 51.5 + Math.floor(index / 50) / 20
  const person = await supervisor.mustPost('/v1/persons', { role: 'offender', reference })
  const device = await supervisor.mustPost('/v1/devices', {
    vendorId,
    serialNumber,
    kind: 'ankle-monitor',
    reportIntervalSeconds: options.reportIntervalSeconds ?? 30,
  })
  const validFrom = new Date(options.startMs - 86_400_000).toISOString()
  await supervisor.mustPost('/v1/device-assignments', {
    deviceId: textOf(device, 'id'),
    personId: textOf(person, 'id'),
    validFrom,
  })
  const order = await supervisor.mustPost('/v1/protection-orders', {
    reference: `09/${reference}-26`,
    legalBasis: 'liberty-restricting-measure',
    offenderId: textOf(person, 'id'),
    validFrom,
    validUntil: new Date(Date.now() + 200 * 86_400_000).toISOString(),
    locationBans: [
      {
        label: 'woning',
        circle: { longitude, latitude, radiusMeters: 300 },
        approachMeters: 500,
        schedule: null,
      },
    ],
    proximityBans: [],
  })
  return { serialNumber, orderId: textOf(order, 'id'), longitude, latitude }
}
