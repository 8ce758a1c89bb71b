import type { EscalationStep, EscalationTarget, ProtectionOrder } from './registry.ts'

/**
 * Who is called when nobody acknowledges, and when: the ladder of the order, or else that of the
 * organisation. Steps are numbered from 1 in the order in which they fall due.
 */
export function escalationRows(
  order: Pick<ProtectionOrder, 'escalation'> | null,
  organisationLadder: readonly EscalationStep[],
  fromMs: number,
): EscalationRow[] {
  const ladder = order?.escalation ?? organisationLadder
  return ladder
    .toSorted((one, other) => one.afterSeconds - other.afterSeconds)
    .map(({ afterSeconds, target }, position) => ({
      step: position + 1,
      target,
      dueAtMs: fromMs + afterSeconds * 1_000,
    }))
}

export type EscalationRow = {
  readonly step: number
  readonly target: EscalationTarget
  readonly dueAtMs: number
}
