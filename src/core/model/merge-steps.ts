import type { ProtocolStep, StepCondition } from './protocol.ts'

/**
 * The steps of an organisation and those of a risk profile beside each other, by the earlier time
 * of each: what a grave case adds takes no step, no clock and no call away. Only which call comes
 * first is decided by nobody any more where the added steps do not ask for it.
 */
export function mergeSteps(
  own: readonly ProtocolStep[],
  addedSteps: readonly ProtocolStep[],
): readonly ProtocolStep[] {
  // The same key of somebody else to call is another step.
  const added = addedSteps.map((step) => {
    const isOther = own.some(({ key, who }) => key === step.key && who !== step.who)
    return isOther ? { ...step, key: `added-${step.key}` } : step
  })
  const kept = own.filter((step) => !isChoiceOfFirst(step) || added.some(isChoiceOfFirst))
  const [ownRanks, addedRanks] = [ranksOf(kept), ranksOf(added)]
  const rankOf = ({ key }: ProtocolStep): number =>
    Math.min(ownRanks.get(key) ?? Infinity, addedRanks.get(key) ?? Infinity)
  const both = added.map((step) => {
    const same = kept.find(({ key }) => key === step.key)
    return same === undefined ? step : mergeStep(same, step)
  })
  const ownAlone = kept.filter(({ key }) => !addedRanks.has(key))
  const all = [...both, ...ownAlone].toSorted((one, other) => rankOf(one) - rankOf(other))
  const keys = new Set(all.map(({ key }) => key))
  const known = (condition: StepCondition | null): StepCondition | null =>
    condition !== null && keys.has(condition.step) ? condition : null
  return all.map((step) => ({ ...step, unless: known(step.unless), nextIf: known(step.nextIf) }))
}

/** As the organisation words it, and needed whenever either asks for it. */
function mergeStep(own: ProtocolStep, added: ProtocolStep): ProtocolStep {
  const within = Math.min(own.withinSeconds ?? Infinity, added.withinSeconds ?? Infinity)
  const isSame = (name: 'unless' | 'nextIf'): boolean =>
    JSON.stringify(own[name]) === JSON.stringify(added[name])
  return {
    ...own,
    withinSeconds: Number.isFinite(within) ? within : null,
    outcomes: [...new Set([...own.outcomes, ...added.outcomes])],
    unless: isSame('unless') ? own.unless : null,
    nextIf: isSame('nextIf') ? own.nextIf : null,
  }
}

/** A step without a clock stands where its set has it: by the time of the one before. */
function ranksOf(steps: readonly ProtocolStep[]): ReadonlyMap<string, number> {
  let rank = 0
  return new Map(steps.map(({ key, withinSeconds }) => [key, (rank = withinSeconds ?? rank)]))
}

function isChoiceOfFirst({ outcomes }: ProtocolStep): boolean {
  return outcomes.every((one) => one === 'victim-first' || one === 'police-first')
}
