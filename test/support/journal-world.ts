import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Fix } from '../../src/core/model/fix.ts'
import type { ProtectionOrder } from '../../src/core/model/registry.ts'
import { insertDeviceAssignment } from '../../src/store/registry/device-assignments.ts'
import { encodeFixes } from '../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../src/store/journal/journal-kinds.ts'
import { appendJournal } from '../../src/store/journal/journal.ts'
import { inTransaction, type Db } from '../../src/store/pg/pool.ts'
import { insertProtectionOrder } from '../../src/store/registry/protection-orders.ts'
import { insertDevice, insertPerson, insertVendor } from '../../src/store/registry/registry-rows.ts'
import { journalRegistryChange } from '../../src/store/registry/load-registry.ts'

/**
 * An offender with a monitor and an order that bans him from a circle, in the
 * tables and in the journal.
 */
export async function addCase(pool: pg.Pool, facts: CaseFacts): Promise<JournalCase> {
  const wearer = await addWearer(pool, facts)
  return { ...wearer, order: await addOrder(pool, wearer.offenderId, facts) }
}

/** An offender with a monitor, and no order yet. */
export async function addWearer(pool: pg.Pool, facts: CaseFacts): Promise<JournalWearer> {
  const unique = randomUUID()
  return await inTransaction(pool, async (tx) => {
    const vendor = await insertVendor(tx, { name: `Vendor ${unique}` })
    await journalRegistryChange(tx, {
      type: 'vendor',
      vendor: { id: vendor.id, name: vendor.name },
    })
    const person = await insertPerson(tx, { role: 'offender', reference: unique })
    const { id: offenderId, role, reference } = person
    await journalRegistryChange(tx, { type: 'person', person: { id: offenderId, role, reference } })
    const draft = {
      vendorId: vendor.id,
      serialNumber: unique,
      kind: 'ankle-monitor',
      reportIntervalSeconds: facts.reportIntervalSeconds ?? 3_600,
    } as const
    const { id: deviceId } = await insertDevice(tx, draft)
    await journalRegistryChange(tx, { type: 'device', device: { id: deviceId, ...draft } })
    const worn = {
      deviceId,
      personId: offenderId,
      validFromMs: facts.atMs - 86_400_000,
      validUntilMs: null,
    }
    const { id: assignmentId } = await insertDeviceAssignment(tx, worn)
    await journalRegistryChange(tx, {
      type: 'device-assignment',
      deviceAssignment: { id: assignmentId, ...worn },
    })
    return { vendorId: vendor.id, offenderId, deviceId }
  })
}

/** Valid since the day before. */
export async function addOrder(
  pool: pg.Pool,
  offenderId: string,
  facts: CaseFacts,
): Promise<ProtectionOrder> {
  const apiClientId = await insertSupervisor(pool)
  return await inTransaction(pool, async (tx) => {
    const draft = orderDraft(randomUUID(), offenderId, facts)
    const { order } = await insertProtectionOrder(tx, draft, apiClientId)
    await journalRegistryChange(tx, { type: 'protection-order', protectionOrder: order })
    return order
  })
}

type CaseFacts = { readonly atMs: number; readonly reportIntervalSeconds?: number }

type JournalWearer = {
  readonly vendorId: string
  readonly offenderId: string
  readonly deviceId: string
}

export type JournalCase = JournalWearer & { readonly order: ProtectionOrder }

/** Centre of the ban of 300 m, and a place 1.5 km from it. */
export const banCentre = { longitude: 4.9, latitude: 52.37 } as const
export const farAway = { longitude: 4.922, latitude: 52.37 } as const

export function makeFix(
  deviceId: string,
  atMs: number,
  place: { readonly longitude: number; readonly latitude: number },
  facts: Partial<Fix> = {},
): Fix {
  return {
    deviceId,
    recordedAtMs: atMs,
    receivedAtMs: atMs + 1_000,
    longitude: place.longitude,
    latitude: place.latitude,
    accuracyMeters: 8,
    speedMetersPerSecond: null,
    headingDegrees: null,
    source: 'gnss',
    hdop: 0.9,
    satellites: 9,
    batteryFraction: 0.8,
    sequence: null,
    ...facts,
  }
}

export async function journalFixes(pool: Db, fixes: readonly Fix[]): Promise<number> {
  return await appendJournal(pool, {
    shard: 0,
    kind: journalKinds.fixes,
    entryCount: fixes.length,
    payload: encodeFixes(fixes),
  })
}

function orderDraft(
  reference: string,
  offenderId: string,
  facts: { readonly atMs: number },
): Omit<ProtectionOrder, 'id' | 'version'> {
  return {
    reference,
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFromMs: facts.atMs - 86_400_000,
    validUntilMs: facts.atMs + 300 * 86_400_000,
    status: 'active',
    locationBans: [
      {
        id: randomUUID(),
        label: 'woning',
        area: { type: 'circle', ...banCentre, radiusMeters: 300 },
        approachMeters: 500,
        schedule: null,
      },
    ],
    proximityBans: [],
    escalation: null,
  }
}

async function insertSupervisor(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into api_clients (name, role, token_hash) values ('test', 'supervisor', sha256($1)) returning id`,
    [Buffer.from(randomUUID())],
  )
  return rows[0]?.id ?? ''
}
