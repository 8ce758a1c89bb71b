import assert from 'node:assert/strict'
import type { Fix } from '../core/model/fix.ts'
import type { DeviceAssignment, Registry } from '../core/model/registry.ts'
import { fixAt, recordedAtMsOf } from './fix-columns.ts'
import type { FixColumns } from './fix-columns.ts'

/**
 * What the replay has already received, by device: the stand-in for the server's stored history.
 */
export type FixMemory = {
  readonly fixes: FixColumns
  readonly rowsByDevice: Map<number, number[]>
  readonly assignmentsByOffender: ReadonlyMap<string, readonly DeviceAssignment[]>
}

export function createFixMemory(registry: Registry, fixes: FixColumns): FixMemory {
  const victims = new Map<string, Set<string>>()
  for (const order of registry.protectionOrders) {
    const known = victims.get(order.offenderId) ?? new Set<string>()
    order.proximityBans.forEach((ban) => known.add(ban.victimId))
    victims.set(order.offenderId, known)
  }
  const assignmentsByOffender = new Map<string, readonly DeviceAssignment[]>()
  for (const [offenderId, victimIds] of victims) {
    assignmentsByOffender.set(
      offenderId,
      registry.deviceAssignments.filter(
        ({ personId }) => personId === offenderId || victimIds.has(personId),
      ),
    )
  }
  return { fixes, rowsByDevice: new Map(), assignmentsByOffender }
}

export function rememberRow(memory: FixMemory, row: number): void {
  const device = memory.fixes.deviceRows[row]
  assert(device !== undefined, 'expected a row of the scenario')
  const rows = memory.rowsByDevice.get(device)
  if (rows === undefined) {
    memory.rowsByDevice.set(device, [row])
    return
  }
  rows.push(row)
}

/** Everything received so far of the offender and the linked victims, recorded since `sinceMs`. */
export function recallFixes(
  memory: FixMemory,
  offenderId: string,
  sinceMs: number,
): readonly Fix[] {
  const found: Fix[] = []
  for (const assignment of memory.assignmentsByOffender.get(offenderId) ?? []) {
    const device = memory.fixes.deviceRowById.get(assignment.deviceId)
    const rows = device === undefined ? undefined : memory.rowsByDevice.get(device)
    for (const row of rows ?? []) {
      const recordedAtMs = recordedAtMsOf(memory.fixes, row)
      if (recordedAtMs >= sinceMs && isWorn(assignment, recordedAtMs)) {
        found.push(fixAt(memory.fixes, row))
      }
    }
  }
  return found
}

function isWorn(assignment: DeviceAssignment, atMs: number): boolean {
  const { validFromMs, validUntilMs } = assignment
  return atMs >= validFromMs && (validUntilMs === null || atMs < validUntilMs)
}
