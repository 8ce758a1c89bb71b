import type { Device, DeviceKind, Person, PersonRole, Vendor } from '../../core/model/registry.ts'
import type { Db } from '../pg/pool.ts'

export type VendorRecord = Vendor & { readonly createdAtMs: number }
export type PersonRecord = Person & { readonly createdAtMs: number }
export type DeviceRecord = Device & { readonly createdAtMs: number }

export async function insertVendor(tx: Db, vendor: Omit<Vendor, 'id'>): Promise<VendorRecord> {
  const { rows } = await tx.query<VendorRow>(
    `insert into vendors (name) values ($1) returning ${vendorColumns}`,
    [vendor.name],
  )
  return vendorOf(onlyRow(rows))
}

export async function findVendor(db: Db, id: string): Promise<VendorRecord | null> {
  const { rows } = await db.query<VendorRow>(`select ${vendorColumns} from vendors where id = $1`, [
    id,
  ])
  return rows[0] === undefined ? null : vendorOf(rows[0])
}

export async function listVendors(
  db: Db,
  afterId: string | null,
  limit: number,
): Promise<VendorRecord[]> {
  const { rows } = await db.query<VendorRow>(
    `select ${vendorColumns} from vendors where $1::uuid is null or id > $1 order by id limit $2`,
    [afterId, limit],
  )
  return rows.map(vendorOf)
}

export async function insertPerson(tx: Db, person: Omit<Person, 'id'>): Promise<PersonRecord> {
  const { rows } = await tx.query<PersonRow>(
    `insert into persons (role, reference) values ($1, $2) returning ${personColumns}`,
    [person.role, person.reference],
  )
  return personOf(onlyRow(rows))
}

export async function findPerson(db: Db, id: string): Promise<PersonRecord | null> {
  const { rows } = await db.query<PersonRow>(`select ${personColumns} from persons where id = $1`, [
    id,
  ])
  return rows[0] === undefined ? null : personOf(rows[0])
}

/** The roles of those of `ids` that exist. */
export async function findPersonRoles(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, PersonRole>> {
  const { rows } = await db.query<{ id: string; role: PersonRole }>(
    `select id, role from persons where id = any($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map((row) => [row.id, row.role]))
}

/** Whether nothing of one of them is left but the id. */
export async function hasErasedPerson(db: Db, ids: readonly string[]): Promise<boolean> {
  const { rows } = await db.query<{ readonly has: boolean }>(
    `select exists (select from persons where id = any($1::uuid[]) and reference = 'erased ' || id) as has`,
    [ids],
  )
  return rows[0]?.has === true
}

/** By id; those of a role and whose reference begins like this, where it is asked. */
export async function listPersons(
  db: Db,
  query: RegisterQuery & { readonly role: PersonRole | null; readonly reference: string },
): Promise<PersonRecord[]> {
  const { rows } = await db.query<PersonRow>(
    `select ${personColumns} from persons
      where ($1::uuid is null or id > $1) and ($3::text is null or role = $3)
        and starts_with(lower(reference), lower($4)) order by id limit $2`,
    [query.afterId, query.limit, query.role, query.reference],
  )
  return rows.map(personOf)
}

export async function insertDevice(tx: Db, device: Omit<Device, 'id'>): Promise<DeviceRecord> {
  const { rows } = await tx.query<DeviceRow>(
    `insert into devices (vendor_id, serial_number, kind, report_interval_seconds)
     values ($1, $2, $3, $4) returning ${deviceColumns}`,
    [device.vendorId, device.serialNumber, device.kind, device.reportIntervalSeconds],
  )
  return deviceOf(onlyRow(rows))
}

export async function findDevice(db: Db, id: string): Promise<DeviceRecord | null> {
  const { rows } = await db.query<DeviceRow>(`select ${deviceColumns} from devices where id = $1`, [
    id,
  ])
  return rows[0] === undefined ? null : deviceOf(rows[0])
}

/**
 * As somebody who registers sees it. Whoever also administers the installation may know that there
 * are others, and does not find them here.
 */
export async function findSeenDevice(db: Db, id: string): Promise<DeviceRecord | null> {
  const { rows } = await db.query<DeviceRow>(
    `select ${deviceColumns} from devices where id = $1 and ${isSeen}`,
    [id],
  )
  return rows[0] === undefined ? null : deviceOf(rows[0])
}

const isSeen = 'organisation_id = any ((select hoede_organisations())::uuid[])'

/** By id; those whose serial number begins like this, where it is asked. */
export async function listDevices(
  db: Db,
  query: RegisterQuery & { readonly serialNumber: string },
): Promise<DeviceRecord[]> {
  const { rows } = await db.query<DeviceRow>(
    `select ${deviceColumns} from devices
      where ($1::uuid is null or id > $1) and starts_with(lower(serial_number), lower($3)) and ${isSeen}
      order by id limit $2`,
    [query.afterId, query.limit, query.serialNumber],
  )
  return rows.map(deviceOf)
}

type RegisterQuery = { readonly afterId: string | null; readonly limit: number }

/** What people call these persons and devices by; without those that do not exist. */
export async function findRegisterNames(
  db: Db,
  ids: { readonly personIds: readonly string[]; readonly deviceIds: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ id: string; name: string }>(
    `select id, reference as name from persons where id = any($1::uuid[])
     union all select id, serial_number from devices where id = any($2::uuid[])`,
    [ids.personIds, ids.deviceIds],
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}

export async function listAllVendors(db: Db): Promise<Vendor[]> {
  const { rows } = await db.query<Vendor>(`select id, name from vendors order by id`)
  return rows
}

export async function listAllPersons(db: Db): Promise<Person[]> {
  const { rows } = await db.query<Person>(`select id, role, reference from persons order by id`)
  return rows
}

export async function listAllDevices(db: Db): Promise<Device[]> {
  const { rows } = await db.query<Device>(
    `select id, vendor_id as "vendorId", serial_number as "serialNumber", kind,
            report_interval_seconds as "reportIntervalSeconds"
       from devices order by id`,
  )
  return rows
}

/** Statements that return exactly one row by construction. */
export function onlyRow<Row>(rows: readonly Row[]): Row {
  const row = rows[0]
  if (row === undefined || rows.length > 1) {
    throw new Error(`expected one row, got ${rows.length}`)
  }
  return row
}

type VendorRow = { readonly id: string; readonly name: string; readonly created_at: Date }
type PersonRow = {
  readonly id: string
  readonly role: PersonRole
  readonly reference: string
  readonly created_at: Date
}
type DeviceRow = {
  readonly id: string
  readonly vendor_id: string
  readonly serial_number: string
  readonly kind: DeviceKind
  readonly report_interval_seconds: number
  readonly created_at: Date
}

const vendorColumns = 'id, name, created_at'
const personColumns = 'id, role, reference, created_at'
const deviceColumns = 'id, vendor_id, serial_number, kind, report_interval_seconds, created_at'

function vendorOf(row: VendorRow): VendorRecord {
  return { id: row.id, name: row.name, createdAtMs: row.created_at.getTime() }
}

function personOf(row: PersonRow): PersonRecord {
  return {
    id: row.id,
    role: row.role,
    reference: row.reference,
    createdAtMs: row.created_at.getTime(),
  }
}

function deviceOf(row: DeviceRow): DeviceRecord {
  return {
    id: row.id,
    vendorId: row.vendor_id,
    serialNumber: row.serial_number,
    kind: row.kind,
    reportIntervalSeconds: row.report_interval_seconds,
    createdAtMs: row.created_at.getTime(),
  }
}
