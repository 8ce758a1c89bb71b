import type { Protocol } from '../net/api.ts'

export type Step = Protocol['rules'][number]['steps'][number]

/**
 * A step for somebody who is not called yet, with a name that no other step has: what was ticked
 * under an old name must not be taken for this one.
 */
export function makeStep(who: Step['who'], taken: readonly string[]): Step {
  const base = who === 'staff' ? 'do' : `call-${who}`
  let key = base
  for (let count = 2; taken.includes(key); count += 1) key = `${base}-${count}`
  return {
    key,
    who,
    text: { nl: '', en: '' },
    say: null,
    withinSeconds: null,
    outcomes: [...outcomesOf[who]],
    unless: null,
    nextIf: null,
  }
}

const outcomesOf: Readonly<Record<Step['who'], readonly Step['outcomes'][number][]>> = {
  staff: ['done'],
  victim: ['safe', 'in-danger', 'no-answer'],
  wearer: ['complies', 'refuses', 'no-answer'],
  police: ['reached', 'no-answer'],
  'second-desk': ['reached', 'no-answer'],
  supervisor: ['reached', 'no-answer'],
}

/**
 * Without one step. What was left out or brought forward because of how that step came out is a
 * step as any other from then on: rather done once too often than never.
 */
export function withoutStep(steps: readonly Step[], key: string): readonly Step[] {
  const kept = (condition: Step['unless']): Step['unless'] =>
    condition?.step === key ? null : condition
  return steps
    .filter((step) => step.key !== key)
    .map((step) => ({ ...step, unless: kept(step.unless), nextIf: kept(step.nextIf) }))
}

/** As the API has it. */
export const stepCountMax = 20
