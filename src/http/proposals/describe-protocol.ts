import type { Protocol, ProtocolRule, StepCondition } from '../../core/model/protocol.ts'
import type { ChangeWords } from '../../store/people/proposals.ts'
import { differences } from './describe-change.ts'

/** What would be another in what staff do, step by step: every word of it, to be looked at. */
export function describeProtocolChange(before: Protocol, after: Protocol): readonly ChangeWords[] {
  return differences(wordsOf(before), wordsOf(after))
}

function wordsOf({ name, contacts, rules }: Protocol): ReadonlyMap<string, string> {
  return new Map([
    ['name', name],
    ...Object.entries(contacts).map(([who, phone]) => [`number of ${who}`, phone ?? '–'] as const),
    ...rules.flatMap((rule, place) => wordsOfRule(rule, `rule ${place + 1} (${fitsOf(rule)})`)),
  ])
}

function wordsOfRule(
  { steps }: ProtocolRule,
  path: string,
): readonly (readonly [string, string])[] {
  return [
    [`${path}, order`, steps.map(({ key }) => key).join(', ')] as const,
    ...steps.flatMap((step) => {
      const at = `${path}, ${step.key}`
      return [
        [`${at}, who`, step.who],
        [`${at}, text (nl)`, step.text.nl],
        [`${at}, text (en)`, step.text.en],
        [`${at}, say (nl)`, step.say?.nl ?? '–'],
        [`${at}, say (en)`, step.say?.en ?? '–'],
        [`${at}, within`, step.withinSeconds === null ? '–' : `${step.withinSeconds} s`],
        [`${at}, outcomes`, step.outcomes.join(', ')],
        [`${at}, unless`, conditionOf(step.unless)],
        [`${at}, next if`, conditionOf(step.nextIf)],
      ] as const
    }),
  ]
}

function fitsOf({ kinds, priorities, about }: ProtocolRule): string {
  const parts = [...kinds, ...priorities, ...(about === null ? [] : [`device: ${about}`])]
  return parts.length === 0 ? 'everything else' : parts.join(' ')
}

function conditionOf(condition: StepCondition | null): string {
  return condition === null ? '–' : `${condition.step} is ${condition.outcomes.join(' or ')}`
}
