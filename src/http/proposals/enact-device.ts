import type pg from 'pg'
import type { ProposedChange } from '../../store/people/proposals.ts'
import {
  findDeviceAssignmentForUpdate,
  findDeviceAssignmentMade,
  insertDeviceAssignment,
  isDeviceAssignedWithin,
  lockDeviceForAssignment,
  updateDeviceAssignmentEnd,
  withoutCreated,
  type DeviceAssignmentRecord,
} from '../../store/registry/device-assignments.ts'
import { journalRegistryChange } from '../../store/registry/load-registry.ts'

/** Takes a device back, or gives one, as was proposed. */
export async function enactDevice(
  tx: pg.PoolClient,
  change: DeviceChange,
  nowMs: number,
): Promise<Enacted | 'overtaken'> {
  if (change.type === 'device-given') {
    const { assignment } = change
    if (!(await lockDeviceForAssignment(tx, assignment.deviceId))) return 'overtaken'
    if (await isDeviceAssignedWithin(tx, assignment, null)) return 'overtaken'
    return await tell(tx, await insertDeviceAssignment(tx, assignment))
  }
  const current = await findDeviceAssignmentForUpdate(tx, change.assignmentId)
  if (current === null || current.validUntilMs !== change.beforeMs) return 'overtaken'
  const untilMs = change.validUntilMs ?? nowMs
  if (untilMs <= current.validFromMs) return 'overtaken'
  return await tell(tx, await updateDeviceAssignmentEnd(tx, current.id, untilMs))
}

/** As it was before one person alone did it, unless somebody has changed it since. */
export async function undoDevice(
  tx: pg.PoolClient,
  change: DeviceChange,
  { enactedAtMs, nowMs }: { readonly enactedAtMs: number; readonly nowMs: number },
): Promise<Enacted | 'overtaken'> {
  if (change.type === 'device-given') {
    const made = await findDeviceAssignmentMade(tx, change.assignment)
    if (made === null || made.validUntilMs !== change.assignment.validUntilMs) return 'overtaken'
    // It does not end before it starts: what has not begun is over as it begins.
    const untilMs = Math.max(nowMs, made.validFromMs + 1)
    return await tell(tx, await updateDeviceAssignmentEnd(tx, made.id, untilMs))
  }
  const current = await findDeviceAssignmentForUpdate(tx, change.assignmentId)
  const untilMs = change.validUntilMs ?? enactedAtMs
  if (current === null || current.validUntilMs !== untilMs) return 'overtaken'
  if (!(await lockDeviceForAssignment(tx, current.deviceId))) return 'overtaken'
  const again = { ...current, validFromMs: untilMs, validUntilMs: change.beforeMs }
  if (await isDeviceAssignedWithin(tx, again, current.id)) return 'overtaken'
  return await tell(tx, await updateDeviceAssignmentEnd(tx, current.id, change.beforeMs))
}

/** What was done: which version of an order it made, and whom it is about. */
export type Enacted = { readonly madeVersion: number | null; readonly personIds: readonly string[] }

export type DeviceChange = Extract<ProposedChange, { type: 'device-given' | 'device-taken' }>

async function tell(tx: pg.PoolClient, record: DeviceAssignmentRecord): Promise<Enacted> {
  const deviceAssignment = withoutCreated(record)
  await journalRegistryChange(tx, { type: 'device-assignment', deviceAssignment })
  return { madeVersion: null, personIds: [record.personId] }
}
