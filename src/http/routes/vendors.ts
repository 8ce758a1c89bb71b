import { RefusedInput } from '../../errors.ts'
import {
  findVendor,
  insertVendor,
  listVendors,
  type VendorRecord,
} from '../../store/registry/registry-rows.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { refuseGuest } from '../door/installation.ts'
import { pageOf, readCursor } from './paging.ts'
import { formatInstant, idParamsSchema, listQuerySchema, pageSchema } from '../../schemas/common.ts'
import { vendorBodySchema, vendorSchema } from '../../schemas/vendor.ts'
import { changeRegistry } from '../orders/registry-change.ts'

/** The suppliers of devices. */
export function registerVendorRoutes(app: App, deps: RouteDeps): void {
  registerCreate(app, deps)
  registerRead(app)
  registerList(app)
}

function registerCreate(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/vendors',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'createVendor',
      tags: ['Registry'],
      summary: 'Register a vendor of devices',
      problems: { 409: 'There is a vendor of this name already.' },
      body: vendorBodySchema,
      response: { 201: vendorSchema },
    },
    handler: async (request, reply) => {
      refuseGuest(request.apiClient)
      const vendor = await changeRegistry(
        deps,
        request,
        'There is a vendor of this name already.',
        async (tx) => {
          const result = await insertVendor(tx, request.body)
          return {
            result,
            change: { type: 'vendor', vendor: { id: result.id, name: result.name } },
          }
        },
      )
      reply.code(201).header('location', `/v1/vendors/${vendor.id}`)
      return bodyOf(vendor)
    },
  })
}

function registerRead(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/vendors/:id',
    config: { roles: ['administrator', 'supervisor', 'operator'] },
    schema: {
      operationId: 'getVendor',
      tags: ['Registry'],
      summary: 'Read one vendor',
      params: idParamsSchema,
      response: { 200: vendorSchema },
    },
    handler: async (request) => {
      const vendor = await findVendor(request.db, request.params.id)
      if (vendor === null) throw new RefusedInput('not-found', 'No vendor has this id.')
      return bodyOf(vendor)
    },
  })
}

function registerList(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/vendors',
    config: { roles: ['administrator', 'supervisor', 'operator'] },
    schema: {
      operationId: 'listVendors',
      tags: ['Registry'],
      summary: 'List vendors',
      querystring: listQuerySchema,
      response: { 200: pageSchema(vendorSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const vendors = await listVendors(request.db, readCursor(cursor), limit + 1)
      return pageOf(vendors, limit, bodyOf)
    },
  })
}

function bodyOf(vendor: VendorRecord) {
  return { id: vendor.id, name: vendor.name, createdAt: formatInstant(vendor.createdAtMs) }
}
