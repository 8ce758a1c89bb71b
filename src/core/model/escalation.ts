import type { ChosenRisk, EscalationStep, EscalationTarget, ProtectionOrder } from './registry.ts'

/**
 * Who is called when nobody acknowledges, and when: the ladder of the order, or else that of the
 * organisation, and whom the risk profile of the case adds. Steps are numbered from 1 in the order
 * in which they fall due.
 */
export function escalationRows(
  order: CallsOfOrder | null,
  organisationLadder: readonly EscalationStep[],
  fromMs: number,
): EscalationRow[] {
  const ladder = order?.escalation ?? organisationLadder
  return [...ladder, ...(order?.risk?.alsoCalled ?? [])]
    .toSorted((one, other) => one.afterSeconds - other.afterSeconds)
    .map(({ afterSeconds, target }, position) => ({
      step: position + 1,
      target,
      dueAtMs: fromMs + afterSeconds * 1_000,
    }))
}

/** Of an order, who is called by it. */
export type CallsOfOrder = Pick<ProtectionOrder, 'escalation'> & {
  readonly risk?: Pick<ChosenRisk, 'alsoCalled'>
}

export type EscalationRow = {
  readonly step: number
  readonly target: EscalationTarget
  readonly dueAtMs: number
}
