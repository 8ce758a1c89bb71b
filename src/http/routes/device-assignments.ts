import type { z } from 'zod'
import type { Device, Person } from '../../core/model/registry.ts'
import { RefusedInput, type Fault } from '../../errors.ts'
import {
  findDeviceAssignment,
  findDeviceAssignmentForUpdate,
  insertDeviceAssignment,
  isDeviceAssignedWithin,
  listDeviceAssignments,
  lockDeviceForAssignment,
  updateDeviceAssignmentEnd,
  withoutCreated,
  type DeviceAssignmentRecord,
} from '../../store/registry/device-assignments.ts'
import type { Db } from '../../store/pg/pool.ts'
import {
  findSeenDevice,
  findPerson,
  findRegisterNames,
} from '../../store/registry/registry-rows.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import type { Proposal } from '../../store/people/proposals.ts'
import { proposalSchema } from '../../schemas/proposal.ts'
import { answerProposal } from '../answers/proposal-answer.ts'
import { proposeGiving, proposeTaking } from '../proposals/propose-device.ts'
import { pageOf, readCursor } from './paging.ts'
import { changeRegistry } from '../orders/registry-change.ts'
import {
  formatInstant,
  formatInstantOrNull,
  idParamsSchema,
  instantMs,
  listQuerySchema,
  pageSchema,
} from '../../schemas/common.ts'
import {
  deviceAssignmentBodySchema,
  deviceAssignmentSchema,
  endAssignmentBodySchema,
} from '../../schemas/device-assignment.ts'

/** Who wears or carries which device, and when. */
export function registerDeviceAssignmentRoutes(app: App, deps: RouteDeps): void {
  registerCreate(app, deps)
  registerEnd(app, deps)

  app.route({
    method: 'GET',
    url: '/v1/device-assignments/:id',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'getDeviceAssignment',
      tags: ['Registry'],
      summary: 'Read one assignment',
      params: idParamsSchema,
      response: { 200: deviceAssignmentSchema },
    },
    handler: async (request) => {
      const record = await findDeviceAssignment(request.db, request.params.id)
      if (record === null) throw new RefusedInput('not-found', noAssignment)
      return await bodyOfOne(request.db, record)
    },
  })

  app.route({
    method: 'GET',
    url: '/v1/device-assignments',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'listDeviceAssignments',
      tags: ['Registry'],
      summary: 'List assignments',
      querystring: listQuerySchema,
      response: { 200: pageSchema(deviceAssignmentSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const records = await listDeviceAssignments(request.db, readCursor(cursor), limit + 1)
      const names = await findNames(request.db, records)
      return pageOf(records, limit, (record) => bodyOf(record, names))
    },
  })
}

function registerCreate(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/device-assignments',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'createDeviceAssignment',
      tags: ['Registry'],
      summary: 'Give a device to a person',
      description:
        'To somebody whom an order names and who has or had a device already, whoever is signed in asks for it only: 202, and another supervisor confirms or refuses it.',
      problems: {
        409: 'The device is with somebody for part of this time already, or this is asked already.',
      },
      body: deviceAssignmentBodySchema,
      response: { 201: deviceAssignmentSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      const draft = draftOf(request.body)
      const made = await changeRegistry<Made>(deps, request, overlap, async (tx) => {
        await refuseWrongPair(tx, draft)
        await lockDeviceForAssignment(tx, draft.deviceId)
        if (await isDeviceAssignedWithin(tx, draft, null))
          throw new RefusedInput('conflict', overlap)
        const proposal = await proposeGiving(tx, deps, request, draft)
        if (proposal !== null) return { result: proposal, change: null }
        const result = await insertDeviceAssignment(tx, draft)
        const deviceAssignment = withoutCreated(result)
        return { result, change: { type: 'device-assignment', deviceAssignment } }
      })
      if ('weakens' in made) return answerProposal(reply, made)
      reply.code(201).header('location', `/v1/device-assignments/${made.id}`)
      return await bodyOfOne(request.db, made)
    },
  })
}

function registerEnd(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/device-assignments/:id/_end',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'endDeviceAssignment',
      tags: ['Registry'],
      summary: 'Take a device back',
      description:
        'From somebody whom an order names, whoever is signed in asks for it only: 202, and another supervisor confirms or refuses it.',
      problems: { 409: 'The assignment ends earlier already, or this is asked already.' },
      params: idParamsSchema,
      body: endAssignmentBodySchema.optional(),
      response: { 200: deviceAssignmentSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      const given = request.body?.validUntil
      const validUntilMs = given === undefined ? deps.clock.nowMs() : instantMs(given)
      const made = await changeRegistry<Made>(deps, request, overlap, async (tx) => {
        const current = await findDeviceAssignmentForUpdate(tx, request.params.id)
        if (current === null) throw new RefusedInput('not-found', noAssignment)
        refuseWrongEnd(current, validUntilMs)
        const asked = { current, validUntilMs: given === undefined ? null : validUntilMs }
        const proposal = await proposeTaking(tx, deps, request, asked)
        if (proposal !== null) return { result: proposal, change: null }
        const result = await updateDeviceAssignmentEnd(tx, current.id, validUntilMs)
        const deviceAssignment = withoutCreated(result)
        return { result, change: { type: 'device-assignment', deviceAssignment } }
      })
      if ('weakens' in made) return answerProposal(reply, made)
      return await bodyOfOne(request.db, made)
    },
  })
}

/** It was done, or a second person is asked. */
type Made = DeviceAssignmentRecord | Proposal

const noAssignment = 'No device assignment has this id.'
const overlap = 'This device is with somebody for part of this time already. End that first.'

type Draft = Omit<DeviceAssignmentRecord, 'id' | 'createdAtMs'>

function draftOf(body: z.output<typeof deviceAssignmentBodySchema>): Draft {
  const validFromMs = instantMs(body.validFrom)
  const validUntilMs = body.validUntil == null ? null : instantMs(body.validUntil)
  if (validUntilMs !== null && validUntilMs <= validFromMs) {
    throw new RefusedInput('invalid-request', 'The assignment ends before it starts.', [
      {
        pointer: '/validUntil',
        code: 'ends-before-start',
        detail: 'expected a time after validFrom, got one that is not',
      },
    ])
  }
  return { deviceId: body.deviceId, personId: body.personId, validFromMs, validUntilMs }
}

function refuseWrongEnd(current: DeviceAssignmentRecord, validUntilMs: number): void {
  if (validUntilMs <= current.validFromMs) {
    throw new RefusedInput('invalid-request', 'The assignment would end before it starts.', [
      {
        pointer: '/validUntil',
        code: 'ends-before-start',
        detail: 'expected a time after validFrom, got one that is not',
      },
    ])
  }
  if (current.validUntilMs !== null && current.validUntilMs < validUntilMs) {
    throw new RefusedInput(
      'conflict',
      'This assignment ends earlier already. Make a new one to give the device again.',
    )
  }
}

/** A monitor on a victim would turn every rule round; both faults are told at once. */
async function refuseWrongPair(db: Db, draft: Draft): Promise<void> {
  const device = await findSeenDevice(db, draft.deviceId)
  const person = await findPerson(db, draft.personId)
  const faults: Fault[] = []
  if (device === null) {
    faults.push(unknown('/deviceId', 'expected the id of a device, got an id that no device has'))
  }
  if (person === null) {
    faults.push(unknown('/personId', 'expected the id of a person, got an id that nobody has'))
  }
  if (device !== null && person !== null && person.role !== wearerRoles[device.kind]) {
    const expected = wearerRoles[device.kind] === 'offender' ? 'an offender' : 'a victim'
    faults.push(
      unknown(
        '/personId',
        `expected ${expected}, because the device is of kind ${device.kind}; got the other`,
      ),
    )
  }
  if (faults.length > 0) throw new RefusedInput('unknown-reference', null, faults)
}

const wearerRoles: Readonly<Record<Device['kind'], Person['role']>> = {
  'ankle-monitor': 'offender',
  'victim-device': 'victim',
}

function unknown(pointer: string, detail: string): Fault {
  return { pointer, code: 'unknown-reference', detail }
}

async function bodyOfOne(db: Db, record: DeviceAssignmentRecord) {
  return bodyOf(record, await findNames(db, [record]))
}

async function findNames(db: Db, records: readonly DeviceAssignmentRecord[]) {
  const personIds = records.map(({ personId }) => personId)
  const deviceIds = records.map(({ deviceId }) => deviceId)
  return await findRegisterNames(db, { personIds, deviceIds })
}

function bodyOf(record: DeviceAssignmentRecord, names: ReadonlyMap<string, string>) {
  return {
    id: record.id,
    deviceId: record.deviceId,
    serialNumber: names.get(record.deviceId) ?? '',
    personId: record.personId,
    personReference: names.get(record.personId) ?? '',
    validFrom: formatInstant(record.validFromMs),
    validUntil: formatInstantOrNull(record.validUntilMs),
    createdAt: formatInstant(record.createdAtMs),
  }
}
