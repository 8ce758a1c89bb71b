import { describe, expect, test } from 'vitest'
import { findProtocolFaults, stepParties } from '../../../../src/core/model/protocol.ts'
import { protocolSets } from '../../../../src/core/model/protocol-sets.ts'
import { makeStep, withoutStep } from '../../../../src/desk/page/protocol/rule-steps.ts'

describe('steps that are added and taken out', () => {
  test('any single step may be taken out of the sets as delivered, and what is left hangs on nothing', () => {
    let removedCount = 0
    for (const set of Object.values(protocolSets)) {
      for (const [place, rule] of set.rules.entries()) {
        for (const { key } of rule.steps) {
          const rules = set.rules.with(place, {
            ...rule,
            steps: withoutStep(rule.steps as never, key) as never,
          })
          expect(findProtocolFaults({ rules }), `${place} ${key}`).toEqual([])
          removedCount += 1
        }
      }
    }
    expect(removedCount).toBeGreaterThan(10)
  })

  test('what was not needed because of a step that is gone is done always', () => {
    const [first, second] = [makeStep('victim', []), makeStep('police', [])]
    const unless = { step: first.key, outcomes: ['safe' as const] }
    expect(withoutStep([first, { ...second, unless }], first.key)).toEqual([second])
    const other = { ...second, unless }
    expect(withoutStep([first, other, makeStep('staff', [])], 'do')).toEqual([first, other])
  })

  test('a new step has a name of its own, whoever it calls', () => {
    for (const who of stepParties) {
      const one = makeStep(who, [])
      const two = makeStep(who, [one.key])
      expect(two.key).not.toBe(one.key)
      expect(two.key).toMatch(/^[a-z][a-z0-9-]{0,39}$/)
      expect(one.outcomes.length).toBeGreaterThan(0)
    }
  })
})
