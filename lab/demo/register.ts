import type { ProtectionOrder, Registry } from '../../src/core/model/registry.ts'
import { formatInstant } from '../../src/schemas/common.ts'
import { deviceBody, protectionOrderBody } from '../../src/replay/write-scenario.ts'
import { expectSuccess, textField, UnexpectedAnswer } from './http-client.ts'
import type { HttpClient } from './http-client.ts'

/**
 * Registers everything through the API, as a supervisor would. The server gives its own ids, so
 * what comes back says which of its ids stands for which of ours.
 */
export async function registerAll(
  http: HttpClient,
  adminToken: string,
  registry: Registry,
): Promise<Registered> {
  const serverIds = new Map<string, string>()
  const create = async (path: string, token: string, id: string, body: unknown) => {
    const answer = expectSuccess(await http.post(path, token, body), `POST ${path}`)
    serverIds.set(id, textField(answer, 'id'))
    return answer
  }
  const tokenFor = async (body: Record<string, unknown>): Promise<string> => {
    const answer = await http.post('/v1/api-clients', adminToken, body)
    return textField(expectSuccess(answer, 'POST /v1/api-clients'), 'token')
  }
  const supervisorToken = await tokenFor({ name: 'demo supervisor', role: 'supervisor' })
  const operatorToken = await tokenFor({ name: 'demo desk', role: 'operator' })
  const vendorTokens = new Map<string, string>()
  for (const { id, name } of registry.vendors) {
    await create('/v1/vendors', adminToken, id, { name })
    const vendorId = serverIds.get(id)!
    vendorTokens.set(id, await tokenFor({ name: `${name} feed`, role: 'vendor', vendorId }))
  }
  await inParallel(registry.persons, ({ id, role, reference }) =>
    create('/v1/persons', supervisorToken, id, { role, reference }),
  )
  await inParallel(registry.devices, (device) =>
    create('/v1/devices', supervisorToken, device.id, {
      ...deviceBody(device),
      vendorId: serverIds.get(device.vendorId),
    }),
  )
  await inParallel(registry.deviceAssignments, (assignment) =>
    create('/v1/device-assignments', supervisorToken, assignment.id, {
      deviceId: serverIds.get(assignment.deviceId),
      personId: serverIds.get(assignment.personId),
      validFrom: formatInstant(assignment.validFromMs),
    }),
  )
  // Orders last: none is ever in force before the devices that go with it.
  await inParallel(registry.protectionOrders, async (order) => {
    const body = orderBody(order, serverIds)
    const answer = await create('/v1/protection-orders', supervisorToken, order.id, body)
    mapParts(answer['locationBans'], order.locationBans, serverIds)
    mapParts(answer['proximityBans'], order.proximityBans, serverIds)
  })
  const sceneIds = new Map([...serverIds].map(([sceneId, serverId]) => [serverId, sceneId]))
  return { supervisorToken, operatorToken, vendorTokens, sceneIds }
}

export type Registered = {
  readonly supervisorToken: string
  readonly operatorToken: string
  /** By the vendor's id in the scenario. */
  readonly vendorTokens: ReadonlyMap<string, string>
  /** Id of the server → id in the scenario. */
  readonly sceneIds: ReadonlyMap<string, string>
}

/** Calls under way at once: registering is quick, and the server is not what is being tested. */
const parallelMax = 8

function orderBody(order: ProtectionOrder, serverIds: ReadonlyMap<string, string>): unknown {
  return {
    ...protectionOrderBody(order),
    offenderId: serverIds.get(order.offenderId),
    proximityBans: order.proximityBans.map(({ id: _id, victimId, ...ban }) => ({
      ...ban,
      victimId: serverIds.get(victimId),
    })),
  }
}

/** The server answers the parts in the order they were sent. */
function mapParts(
  answered: unknown,
  sent: readonly { readonly id: string }[],
  serverIds: Map<string, string>,
): void {
  if (!Array.isArray(answered) || answered.length !== sent.length) {
    throw new UnexpectedAnswer('POST /v1/protection-orders: answered other bans than were sent')
  }
  for (const [index, { id }] of sent.entries()) {
    serverIds.set(id, textField(answered[index] as Record<string, unknown>, 'id'))
  }
}

async function inParallel<T>(
  items: readonly T[],
  act: (item: T) => Promise<unknown>,
): Promise<void> {
  const queue = items.values()
  const work = async (): Promise<void> => {
    for (const item of queue) {
      await act(item)
    }
  }
  await Promise.all(Array.from({ length: parallelMax }, work))
}
