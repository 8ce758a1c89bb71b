import type pg from 'pg'
import type { DeviceAssignment } from '../../core/model/registry.ts'
import { formatInstantOrNull } from '../../schemas/common.ts'
import type { ChangeWords, Proposal } from '../../store/people/proposals.ts'
import {
  hasAnyDevice,
  isUnderOrder,
  type DeviceAssignmentRecord,
} from '../../store/registry/device-assignments.ts'
import { listHeldPeople } from '../../store/cases/retention-holds.ts'
import { findRegisterNames } from '../../store/registry/registry-rows.ts'
import type { Calling } from '../door/act.ts'
import type { RouteDeps } from '../route-deps.ts'
import { proposeOrTell } from './propose.ts'

/**
 * Puts it to a second person that somebody whom an order names loses a device; null: nobody is
 * watched or found by it. In two steps, this and another device, one would exchange the device that
 * is worn for one that lies at home.
 */
export async function proposeTaking(
  tx: pg.PoolClient,
  deps: RouteDeps,
  request: Calling,
  { current, validUntilMs }: Taking,
): Promise<Proposal | null> {
  const isNamed =
    (await isUnderOrder(tx, current.personId)) ||
    (await listHeldPeople(tx, [current.personId])).length > 0
  if (!isNamed) return null
  const serialNumber = await nameDevice(tx, current.deviceId)
  const [before, after] = [current.validUntilMs, validUntilMs].map(formatInstantOrNull)
  return await proposeOrTell(tx, deps, request, {
    ...aboutDevice(current.personId, 'device-taken', [
      { what: 'device', before: serialNumber, after: null },
      { what: 'validUntil', before: before ?? null, after: after ?? null },
    ]),
    change: {
      type: 'device-taken',
      assignmentId: current.id,
      validUntilMs,
      beforeMs: current.validUntilMs,
    },
  })
}

/**
 * Puts it to a second person that somebody gets a device beside or after another one: what it
 * reports counts as theirs, wherever it lies. A first device takes one person; null.
 */
export async function proposeGiving(
  tx: pg.PoolClient,
  deps: RouteDeps,
  request: Calling,
  assignment: Omit<DeviceAssignment, 'id'>,
): Promise<Proposal | null> {
  if (!(await hasAnyDevice(tx, assignment.personId))) return null
  if (!(await isUnderOrder(tx, assignment.personId))) return null
  const serialNumber = await nameDevice(tx, assignment.deviceId)
  return await proposeOrTell(tx, deps, request, {
    ...aboutDevice(assignment.personId, 'device-exchanged', [
      { what: 'device', before: null, after: serialNumber },
      { what: 'validFrom', before: null, after: formatInstantOrNull(assignment.validFromMs) },
    ]),
    change: { type: 'device-given', assignment },
  })
}

type Taking = {
  readonly current: DeviceAssignmentRecord
  /** Null: when it is done. */
  readonly validUntilMs: number | null
}

function aboutDevice(personId: string, weakens: string, changes: readonly ChangeWords[]) {
  return { subjectId: personId, personIds: [personId], reason: null, weakens: [weakens], changes }
}

async function nameDevice(tx: pg.PoolClient, deviceId: string): Promise<string> {
  const names = await findRegisterNames(tx, { personIds: [], deviceIds: [deviceId] })
  return names.get(deviceId) ?? deviceId
}
