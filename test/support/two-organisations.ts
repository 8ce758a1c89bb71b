import type pg from 'pg'
import type { ApiClientRole } from '../../src/core/model/contract-words.ts'
import { personDb, type PersonDb } from '../../src/store/pg/as-person.ts'
import {
  firstOrganisationId,
  hashToken,
  insertApiClient,
  makeToken,
} from '../../src/store/registry/api-clients.ts'
import { insertDeviceAssignment } from '../../src/store/registry/device-assignments.ts'
import { insertProtectionOrder } from '../../src/store/registry/protection-orders.ts'
import { insertDevice, insertPerson } from '../../src/store/registry/registry-rows.ts'
import { raiseAlertAt } from './alert-drafts.ts'
import type { TestDatabase } from './database.ts'

/**
 * Two organisations with a case each, registered by a supervisor of their own under one reference.
 */
export async function createTwoOrganisations(database: TestDatabase, people: pg.Pool) {
  const { pool } = database
  const other = await insertId(pool, `insert into organisations (name) values ('De andere')`)
  const vendorId = await insertId(pool, `insert into vendors (name) values ('Enkelband')`)
  const makeClient = async (role: ApiClientRole, organisationId: string, place = {}) => {
    const token = makeToken()
    const draft = { name: role, role, vendorId: null, deviceId: null, organisationId, ...place }
    const client = await insertApiClient(pool, draft, hashToken(token))
    return { ...client, token, db: personDb(people, { secretHash: hashToken(token) }) }
  }
  const makeSide = async (organisationId: string, serialNumber: string) => {
    const supervisor = await makeClient('supervisor', organisationId)
    const made = await register(supervisor, vendorId, serialNumber)
    return { organisationId, supervisor, ...made, alertId: await raise(pool, made.orderId) }
  }
  return {
    vendorId,
    makeClient,
    ours: await makeSide(firstOrganisationId, 'AM-OURS'),
    theirs: await makeSide(other, 'AM-THEIRS'),
  }
}

async function register(
  { db, id }: { readonly db: PersonDb; readonly id: string },
  vendorId: string,
  serialNumber: string,
) {
  return await db.transaction(async (tx) => {
    const person = await insertPerson(tx, { role: 'offender', reference: 'the same' })
    const device = await insertDevice(tx, {
      vendorId,
      serialNumber,
      kind: 'ankle-monitor',
      reportIntervalSeconds: 60,
    })
    const worn = { deviceId: device.id, personId: person.id, validFromMs: 0, validUntilMs: null }
    await insertDeviceAssignment(tx, worn)
    const terms = {
      reference: '09/123456-26',
      legalBasis: 'prosecutor-behaviour-order' as const,
      offenderId: person.id,
      validFromMs: 0,
      validUntilMs: Date.parse('2100-01-01T00:00:00Z'),
      status: 'active' as const,
      locationBans: [],
      proximityBans: [],
      escalation: null,
    }
    const { order } = await insertProtectionOrder(tx, terms, id)
    return { personId: person.id, deviceId: device.id, orderId: order.id }
  })
}

/** Of an order, as the evaluator raises it, with its state on record. */
async function raise(pool: pg.Pool, protectionOrderId: string): Promise<string> {
  await pool.query(
    `insert into protection_states (protection_order_id, state, reasons, at) values ($1, 'protected', '[]', now())`,
    [protectionOrderId],
  )
  return await raiseAlertAt(pool, Date.now(), { protectionOrderId })
}

async function insertId(pool: pg.Pool, sql: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(`${sql} returning id`)
  return rows[0]?.id ?? ''
}
