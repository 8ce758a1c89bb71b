import { RefusedInput } from '../../errors.ts'
import { loadDeviceUses, type DeviceUse } from '../../store/registry/device-use.ts'
import {
  findSeenDevice,
  findRegisterNames,
  findVendor,
  insertDevice,
  listDevices,
  type DeviceRecord,
} from '../../store/registry/registry-rows.ts'
import type { Db } from '../../store/pg/pool.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { pageOf, readCursor } from './paging.ts'
import { changeRegistry } from '../orders/registry-change.ts'
import {
  formatInstant,
  formatInstantOrNull,
  idParamsSchema,
  pageSchema,
} from '../../schemas/common.ts'
import { deviceBodySchema, deviceQuerySchema, deviceSchema } from '../../schemas/device.ts'

/** Ankle monitors and victim devices. */
export function registerDeviceRoutes(app: App, deps: RouteDeps): void {
  registerCreating(app, deps)
  registerReading(app, deps)
}

function registerCreating(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/devices',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'createDevice',
      tags: ['Registry'],
      summary: 'Register a device',
      problems: { 409: 'This vendor has a device of this serial number already.' },
      body: deviceBodySchema,
      response: { 201: deviceSchema },
    },
    handler: async (request, reply) => {
      if ((await findVendor(request.db, request.body.vendorId)) === null) {
        throw new RefusedInput('unknown-reference', null, [
          {
            pointer: '/vendorId',
            code: 'unknown-reference',
            detail: 'expected the id of a vendor, got an id that no vendor has',
          },
        ])
      }
      const duplicate = 'This vendor has a device of this serial number already.'
      const record = await changeRegistry(deps, request, duplicate, async (tx) => {
        const result = await insertDevice(tx, request.body)
        const { createdAtMs: _, ...device } = result
        return { result, change: { type: 'device', device } }
      })
      reply.code(201).header('location', `/v1/devices/${record.id}`)
      return bodyOf(record, unused, null)
    },
  })
}

function registerReading(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/devices/:id',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'getDevice',
      tags: ['Registry'],
      summary: 'Read one device',
      params: idParamsSchema,
      response: { 200: deviceSchema },
    },
    handler: async (request) => {
      const record = await findSeenDevice(request.db, request.params.id)
      if (record === null) throw new RefusedInput('not-found', 'No device has this id.')
      const [body] = await bodiesOf(deps, request.db, [record])
      if (body === undefined) throw new Error('a device that was read has no answer')
      return body
    },
  })

  app.route({
    method: 'GET',
    url: '/v1/devices',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'listDevices',
      tags: ['Registry'],
      summary: 'List devices',
      querystring: deviceQuerySchema,
      response: { 200: pageSchema(deviceSchema) },
    },
    handler: async (request) => {
      const { cursor, limit, serialNumber } = request.query
      const query = { afterId: readCursor(cursor), limit: limit + 1, serialNumber }
      const records = await listDevices(request.db, query)
      return pageOf(await bodiesOf(deps, request.db, records), limit, (body) => body)
    },
  })
}

/** With who wears each; what that person is called only for somebody who may see the person. */
async function bodiesOf(
  deps: Pick<RouteDeps, 'machinery' | 'clock'>,
  db: Db,
  records: readonly DeviceRecord[],
) {
  const ids = records.map((record) => record.id)
  const uses = await loadDeviceUses(deps.machinery, ids, deps.clock.nowMs())
  const personIds = [...uses.values()].flatMap(({ personId }) => personId ?? [])
  const names = await findRegisterNames(db, { personIds, deviceIds: [] })
  return records.map((record) => {
    const use = uses.get(record.id) ?? unused
    return bodyOf(record, use, names.get(use.personId ?? '') ?? null)
  })
}

/** Of a device that was registered just now. */
const unused: DeviceUse = { personId: null, lastReceivedAtMs: null, batteryFraction: null }

function bodyOf(
  { createdAtMs, ...device }: DeviceRecord,
  use: DeviceUse,
  personReference: string | null,
) {
  return {
    ...device,
    personId: use.personId,
    personReference,
    lastReceivedAt: formatInstantOrNull(use.lastReceivedAtMs),
    batteryFraction: use.batteryFraction,
    createdAt: formatInstant(createdAtMs),
  }
}
