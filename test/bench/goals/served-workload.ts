import { type Connections, createConnections, inTurn } from './http-client.ts'
import { createWorkload, type Round, unitsPerDegree, type Workload } from './workload.ts'
import { orderOf, personOf } from './workload-registry.ts'

/** A workload whose people and orders are registered over HTTP, and its fixes as requests. */
export async function serveWorkload(
  baseUrl: string,
  adminToken: string,
  options: {
    readonly seed: number
    readonly offenderCount: number
    readonly intervalMs: number
  },
): Promise<ServedWorkload> {
  const workload = createWorkload({ ...options, startMs: Date.now() })
  const connections = createConnections(baseUrl, 8)
  const admin = await mustPost(connections, adminToken, '/v1/vendors', { name: 'Bench' })
  const vendorId = String(admin['id'])
  const tokenOf = async (role: string, more: object): Promise<string> => {
    const client = { name: `bench ${role} ${Math.random()}`, role, ...more }
    return String((await mustPost(connections, adminToken, '/v1/api-clients', client))['token'])
  }
  const supervisorTokens = await Promise.all(
    Array.from({ length: 8 }, async () => await tokenOf('supervisor', {})),
  )
  const tokens = {
    vendor: await tokenOf('vendor', { vendorId }),
    operator: await tokenOf('operator', {}),
  }
  const registered = await registerAll({ connections, supervisorTokens, vendorId, workload })
  connections.close()
  const registerLarge = async (vertexCount: number): Promise<void> => {
    const again = createConnections(baseUrl, 1)
    const body = { ...registered.firstOrder, reference: 'large', proximityBans: [] }
    const locationBans = [{ label: 'large', geometry: largeArea(vertexCount), approachMeters: 500 }]
    const token = supervisorTokens[0] ?? ''
    await mustPost(again, token, '/v1/protection-orders', { ...body, locationBans })
    again.close()
  }
  // The same people again: registering them takes as long as it does.
  const setOut = (startMs: number): FixStream =>
    createFixStream(createWorkload({ ...options, startMs }))
  return { setOut, registerLarge, ...tokens, ...registered }
}

export type ServedWorkload = {
  /** The people begin to move, and their clock is at this moment. */
  readonly setOut: (startMs: number) => FixStream
  readonly vendor: string
  readonly operator: string
  /** Milliseconds of each order's registration, in the order of time. */
  readonly orderMs: readonly number[]
  /** By the id of a ban on the server: `OFFENDER aAREA` or `OFFENDER vVICTIM`. */
  readonly ruleOfBan: ReadonlyMap<string, string>
  /** One more order, with an area of so many vertices. */
  readonly registerLarge: (vertexCount: number) => Promise<void>
}

export type FixStream = {
  readonly workload: Workload
  /** All that fixes were taken from so far. */
  readonly rounds: readonly Round[]
  /** The next so many fixes, each as the JSON of one position. */
  readonly takeFixes: (count: number) => string[]
  /** Of when the last of them is. */
  readonly takenUntilMs: () => number
}

type Registered = Pick<ServedWorkload, 'orderMs' | 'ruleOfBan'> & { readonly firstOrder: object }

async function registerAll(given: {
  readonly connections: Connections
  readonly supervisorTokens: readonly string[]
  readonly vendorId: string
  readonly workload: Workload
}): Promise<Registered> {
  const { connections, supervisorTokens, vendorId, workload } = given
  const post = async (at: number, path: string, body: object) =>
    await mustPost(connections, supervisorTokens[at % 8] ?? '', path, body)
  const personIds = new Map<string, string>()
  const validFrom = new Date(workload.startMs - 86_400_000).toISOString()
  await inTurn(workload.deviceIds, 8, async (id, at) => {
    const isOffender = at < workload.offenderCount
    const role = isOffender ? 'offender' : 'victim'
    const person = await post(at, '/v1/persons', { role, reference: id })
    const kind = isOffender ? 'ankle-monitor' : 'victim-device'
    const plan = { vendorId, serialNumber: id, kind, reportIntervalSeconds: 10 }
    const device = await post(at, '/v1/devices', plan)
    const wearing = { deviceId: device['id'], personId: person['id'], validFrom }
    await post(at, '/v1/device-assignments', wearing)
    personIds.set(personOf(id), String(person['id']))
  })
  const orderMs: number[] = []
  const ruleOfBan = new Map<string, string>()
  for (const offender of workload.orders.keys()) {
    const startedAt = performance.now()
    const order = await post(
      offender,
      '/v1/protection-orders',
      bodyOf(workload, offender, personIds),
    )
    orderMs.push(performance.now() - startedAt)
    const { areas, victims } = workload.orders[offender] ?? { areas: [], victims: [] }
    for (const [slot, id] of idsOf(order['locationBans']).entries()) {
      ruleOfBan.set(id, `${offender} a${areas[slot]}`)
    }
    for (const [slot, id] of idsOf(order['proximityBans']).entries()) {
      ruleOfBan.set(id, `${offender} v${victims[slot]}`)
    }
  }
  return { orderMs, ruleOfBan, firstOrder: bodyOf(workload, 0, personIds) }
}

/** A flower, far from everybody. */
export function largeArea(vertexCount: number) {
  const corners = Array.from({ length: vertexCount }, (_, at): [number, number] => {
    const angle = (at / vertexCount) * 2 * Math.PI
    const radius = 0.04 * (1 + 0.2 * Math.sin(37 * angle))
    return [7 + radius * Math.cos(angle), 53.4 + 0.6 * radius * Math.sin(angle)]
  })
  corners.push(corners[0] ?? [0, 0])
  return { type: 'Polygon' as const, coordinates: [corners] }
}

function idsOf(bans: unknown): readonly string[] {
  return (bans as readonly { readonly id: string }[]).map(({ id }) => id)
}

function bodyOf(workload: Workload, offender: number, personIds: ReadonlyMap<string, string>) {
  const order = orderOf(workload, offender)
  return {
    reference: order.reference,
    legalBasis: order.legalBasis,
    offenderId: personIds.get(order.offenderId),
    validFrom: new Date(order.validFromMs).toISOString(),
    validUntil: new Date(Date.now() + 90 * 86_400_000).toISOString(),
    locationBans: order.locationBans.map(({ label, area, approachMeters }) => ({
      label,
      ...(area.type === 'geometry' ? { geometry: area.geometry } : {}),
      approachMeters,
    })),
    proximityBans: order.proximityBans.map((ban) => ({
      victimId: personIds.get(ban.victimId),
      separationMeters: ban.separationMeters,
      approachMeters: ban.approachMeters,
    })),
  }
}

function createFixStream(workload: Workload): FixStream {
  const waiting: string[] = []
  const rounds: Round[] = []
  const takeFixes = (count: number): string[] => {
    while (waiting.length < count) {
      const round = workload.nextRound()
      rounds.push(round)
      for (const position of positionsOf(workload, round)) waiting.push(position)
    }
    return waiting.splice(0, count)
  }
  const takenUntilMs = (): number => {
    const { atMs } = rounds.at(-1) ?? { atMs: [] }
    return atMs[atMs.length - 1 - waiting.length] ?? workload.startMs
  }
  return { workload, takeFixes, takenUntilMs, rounds }
}

function positionsOf(workload: Workload, round: Round): string[] {
  return Array.from(round.device, (device, at) =>
    JSON.stringify({
      serialNumber: workload.deviceIds[device],
      recordedAt: new Date(round.atMs[at] ?? 0).toISOString(),
      longitude: (round.x[at] ?? 0) / unitsPerDegree,
      latitude: (round.y[at] ?? 0) / unitsPerDegree,
      accuracyMeters: round.accuracyMeters[at],
      speedMetersPerSecond: round.speed[at],
    }),
  )
}

export function bodiesOf(fixes: readonly string[], size: number): string[] {
  const bodies: string[] = []
  for (let at = 0; at < fixes.length; at += size) {
    bodies.push(`{"positions":[${fixes.slice(at, at + size).join(',')}]}`)
  }
  return bodies
}

async function mustPost(
  connections: Connections,
  token: string,
  path: string,
  body: object,
): Promise<Record<string, unknown>> {
  for (;;) {
    const { status, text } = await connections.post(path, JSON.stringify(body), token)
    if (status === 429 || status === 503) {
      await new Promise((done) => setTimeout(done, 200))
      continue
    }
    if (status >= 300) throw new Error(`${path} answered ${status}: ${text.slice(0, 300)}`)
    return JSON.parse(text) as Record<string, unknown>
  }
}
