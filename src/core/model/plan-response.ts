import {
  stepOutcomes,
  type ProtocolStep,
  type StepCondition,
  type StepOutcome,
} from './protocol.ts'

/**
 * The steps in the order in which they are to be done, with what came of each and by when it is
 * due. Somebody who was called and did not answer is still to be called; a later step does not wait
 * for that: its own clock runs.
 */
export function planResponse(
  steps: readonly ProtocolStep[],
  ticks: readonly StepTick[],
  toldAtMs: number,
): readonly PlannedStep[] {
  const results = new Map<string, StepTick>()
  for (const tick of ticks) results.set(tick.step, tick)
  const isSo = (condition: StepCondition | null): boolean => {
    const result = condition === null ? undefined : results.get(condition.step)
    return result !== undefined && condition?.outcomes.includes(result.outcome) === true
  }
  const planned = inOrder(steps, isSo).map((step) => {
    const result = results.get(step.key) ?? null
    const isDone = result !== null && result.outcome !== 'no-answer'
    const isNeeded = isDone || !isSo(step.unless)
    return {
      step,
      state: isDone ? ('done' as const) : isNeeded ? ('due' as const) : ('not-needed' as const),
      result,
      tryCount: ticks.filter((tick) => tick.step === step.key).length,
      dueAtMs: step.withinSeconds === null ? null : toldAtMs + step.withinSeconds * 1_000,
    }
  })
  const next = planned.find(({ state }) => state === 'due')
  return planned.map((one) => ({ ...one, isNext: one === next }))
}

export type StepTick = {
  readonly step: string
  readonly outcome: StepOutcome
  readonly atMs: number
  readonly by: string | null
}

export type PlannedStep = {
  readonly step: ProtocolStep
  readonly state: 'due' | 'done' | 'not-needed'
  /** The newest; null: nobody has done it. */
  readonly result: StepTick | null
  readonly tryCount: number
  readonly dueAtMs: number | null
  readonly isNext: boolean
}

/** As written, but what a decision puts next comes directly behind it. */
function inOrder(
  steps: readonly ProtocolStep[],
  isSo: (condition: StepCondition | null) => boolean,
): readonly ProtocolStep[] {
  const moved = steps.filter((step) => isSo(step.nextIf))
  const withMoved = (step: ProtocolStep): readonly ProtocolStep[] => [
    step,
    ...moved.filter(({ nextIf }) => nextIf?.step === step.key).flatMap(withMoved),
  ]
  return steps.filter((step) => !moved.includes(step)).flatMap(withMoved)
}

/** What happened to an alert, as far as a response follows from it; oldest first. */
export type ResponseEvent = {
  readonly kind: string
  readonly atMs: number
  readonly by: string | null
  readonly detail: Readonly<Record<string, unknown>> | null
}

/**
 * Where the steps begin: an alert that was opened again is answered anew, and what was done before
 * that stays in its history.
 */
export function findRoundMs(raisedAtMs: number, events: readonly ResponseEvent[]): number {
  const opening = events.findLast(({ detail }) => typeof detail?.['previousStatus'] === 'string')
  return opening?.atMs ?? raisedAtMs
}

/** When it was done: what was kept without a connection came later. */
export function doneMsOf({ atMs, detail }: Pick<ResponseEvent, 'atMs' | 'detail'>): number {
  const doneMs = detail?.['doneMs']
  return typeof doneMs === 'number' && doneMs < atMs ? doneMs : atMs
}

/** The ticks of this round, as they were done: one that came late undoes none done since. */
export function findTicks(
  events: readonly ResponseEvent[],
  fromMs: number,
): readonly (StepTick & { readonly event: ResponseEvent })[] {
  const ticks = events.flatMap((event) => {
    const atMs = doneMsOf(event)
    if (event.kind !== 'step' || atMs < fromMs) return []
    const outcome = stepOutcomes.find((one) => one === event.detail?.['outcome'])
    const step = event.detail?.['step']
    if (outcome === undefined || typeof step !== 'string') return []
    return [{ step, outcome, atMs, by: event.by, event }]
  })
  return ticks.toSorted((one, other) => one.atMs - other.atMs)
}

/** Whom it is offered to: until somebody takes it, it is closed, or it is open again. */
export function findOffer(events: readonly ResponseEvent[]): Offer | null {
  const last = events.findLast(
    ({ kind, detail }) => settling.has(kind) || typeof detail?.['previousStatus'] === 'string',
  )
  const to = last?.detail?.['target']
  return last?.kind === 'offered' && typeof to === 'string' ? { to, by: last.by } : null
}

export type Offer = { readonly to: string; readonly by: string | null }

const settling: ReadonlySet<string> = new Set(['offered', 'handed-over', 'acknowledged', 'closed'])
