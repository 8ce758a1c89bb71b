import type { DeviceAssignment } from '../../core/model/registry.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { onlyRow } from './registry-rows.ts'

export type DeviceAssignmentRecord = DeviceAssignment & { readonly createdAtMs: number }

/**
 * Makes everyone who wants to assign this device wait for the end of this transaction.
 * Without it two requests could each see a free device and both take it: the fixes of one
 * person would be another's. False: whoever asks has no such device.
 */
export async function lockDeviceForAssignment(tx: Db, deviceId: string): Promise<boolean> {
  const { rowCount } = await tx.query(`select 1 from devices where id = $1 for update`, [deviceId])
  return rowCount === 1
}

/**
 * Whether the device is assigned at any moment of the stretch, leaving out
 * one assignment (null: none).
 */
export async function isDeviceAssignedWithin(
  tx: Db,
  stretch: Pick<DeviceAssignment, 'deviceId' | 'validFromMs' | 'validUntilMs'>,
  exceptId: string | null,
): Promise<boolean> {
  const { rows } = await tx.query(
    `select 1 from device_assignments
     where device_id = $1
       and ($4::uuid is null or id <> $4)
       and tstzrange(valid_from, valid_until) && tstzrange($2, $3)
     limit 1`,
    [
      stretch.deviceId,
      new Date(stretch.validFromMs),
      stretch.validUntilMs === null ? null : new Date(stretch.validUntilMs),
      exceptId,
    ],
  )
  return rows.length > 0
}

/**
 * Whether this person has, had or will have a device. Whoever gives the same person one meanwhile
 * waits for the end of this transaction.
 */
export async function hasAnyDevice(tx: Db, personId: string): Promise<boolean> {
  await tx.query('select 1 from persons where id = $1 for update', [personId])
  const { rows } = await tx.query('select 1 from device_assignments where person_id = $1 limit 1', [
    personId,
  ])
  return rows.length > 0
}

/** Whether an order that has not ended names this person, whichever organisation has it. */
export async function isUnderOrder(tx: Db, personId: string): Promise<boolean> {
  const { rows } = await tx.query<{ readonly isUnder: boolean }>(
    'select hoede_is_under_order($1) as "isUnder"',
    [personId],
  )
  return onlyRow(rows).isUnder
}

/** The one that was made so, for changing it; null: there is none any more. */
export async function findDeviceAssignmentMade(
  tx: Db,
  { deviceId, personId, validFromMs }: Omit<DeviceAssignment, 'id' | 'validUntilMs'>,
): Promise<DeviceAssignmentRecord | null> {
  const { rows } = await tx.query<AssignmentRow>(
    `select ${columns} from device_assignments
      where device_id = $1 and person_id = $2 and valid_from = $3 for update`,
    [deviceId, personId, new Date(validFromMs)],
  )
  return rows[0] === undefined ? null : assignmentOf(rows[0])
}

export async function insertDeviceAssignment(
  tx: Db,
  assignment: Omit<DeviceAssignment, 'id'>,
): Promise<DeviceAssignmentRecord> {
  const { rows } = await tx.query<AssignmentRow>(
    `insert into device_assignments (device_id, person_id, valid_from, valid_until)
     values ($1, $2, $3, $4) returning ${columns}`,
    [
      assignment.deviceId,
      assignment.personId,
      new Date(assignment.validFromMs),
      assignment.validUntilMs === null ? null : new Date(assignment.validUntilMs),
    ],
  )
  return assignmentOf(onlyRow(rows))
}

export async function updateDeviceAssignmentEnd(
  tx: Db,
  id: string,
  validUntilMs: number | null,
): Promise<DeviceAssignmentRecord> {
  const { rows } = await tx.query<AssignmentRow>(
    `update device_assignments set valid_until = $2 where id = $1 returning ${columns}`,
    [id, validUntilMs === null ? null : new Date(validUntilMs)],
  )
  return assignmentOf(onlyRow(rows))
}

export async function findDeviceAssignment(
  db: Db,
  id: string,
): Promise<DeviceAssignmentRecord | null> {
  const { rows } = await db.query<AssignmentRow>(
    `select ${columns} from device_assignments where id = $1`,
    [id],
  )
  return rows[0] === undefined ? null : assignmentOf(rows[0])
}

/** For changing it: nobody else changes the row until this transaction ends. */
export async function findDeviceAssignmentForUpdate(
  tx: Db,
  id: string,
): Promise<DeviceAssignmentRecord | null> {
  const { rows } = await tx.query<AssignmentRow>(
    `select ${columns} from device_assignments where id = $1 for update`,
    [id],
  )
  return rows[0] === undefined ? null : assignmentOf(rows[0])
}

export async function listDeviceAssignments(
  db: Db,
  afterId: string | null,
  limit: number,
): Promise<DeviceAssignmentRecord[]> {
  const { rows } = await db.query<AssignmentRow>(
    `select ${columns} from device_assignments
     where $1::uuid is null or id > $1 order by id limit $2`,
    [afterId, limit],
  )
  return rows.map(assignmentOf)
}

export async function listAllDeviceAssignments(db: Db): Promise<DeviceAssignment[]> {
  // Times as numbers: reading tens of thousands of dates takes a start a third of a second.
  const { rows } = await db.query<DeviceAssignment>(
    `select id, device_id as "deviceId", person_id as "personId",
            floor(${epochMs('valid_from')}) as "validFromMs",
            floor(${epochMs('valid_until')}) as "validUntilMs"
       from device_assignments order by id`,
  )
  return rows
}

/** The assignment as detection knows it. */
export function withoutCreated(record: DeviceAssignmentRecord): DeviceAssignment {
  const { id, deviceId, personId, validFromMs, validUntilMs } = record
  return { id, deviceId, personId, validFromMs, validUntilMs }
}

type AssignmentRow = {
  readonly id: string
  readonly device_id: string
  readonly person_id: string
  readonly valid_from: Date
  readonly valid_until: Date | null
  readonly created_at: Date
}

const columns = 'id, device_id, person_id, valid_from, valid_until, created_at'

function assignmentOf(row: AssignmentRow): DeviceAssignmentRecord {
  return {
    id: row.id,
    deviceId: row.device_id,
    personId: row.person_id,
    validFromMs: row.valid_from.getTime(),
    validUntilMs: row.valid_until?.getTime() ?? null,
    createdAtMs: row.created_at.getTime(),
  }
}
