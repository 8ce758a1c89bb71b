import assert from 'node:assert/strict'
import type { CaseNames } from '../fixes/case-fix.ts'

export function namePerson({ persons }: CaseNames, slot: number): string {
  return get(persons, slot)
}

export function nameDevice({ devices }: CaseNames, slot: number): string {
  return get(devices, slot)
}

/** Slots are never given away again, so one that a fix holds is always there. */
export function get<T>(list: readonly T[], slot: number): T {
  const found = list[slot]
  assert(found !== undefined, 'a slot that is held somewhere is in its list')
  return found
}
