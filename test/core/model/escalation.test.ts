import { describe, expect, it } from 'vitest'
import { escalationRows } from '../../../src/core/model/escalation.ts'
import { makeRisk } from '../engine-world.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'

describe('the escalation of an alert', () => {
  it('the escalation of an alert is a second operator after a minute and a supervisor after two, when the order says nothing', () => {
    const expected = [
      { step: 1, target: 'second-operator', dueAtMs: 61_000 },
      { step: 2, target: 'supervisor', dueAtMs: 121_000 },
    ]
    expect(escalationRows(null, defaultLimits.escalation, 1_000)).toEqual(expected)
    expect(escalationRows({ escalation: null }, defaultLimits.escalation, 1_000)).toEqual(expected)
  })

  it('the escalation of an alert is the ladder of the order when it has one, in the order of time', () => {
    const escalation = [
      { afterSeconds: 300, target: 'supervisor' },
      { afterSeconds: 30, target: 'second-operator' },
    ] as const
    expect(escalationRows({ escalation }, defaultLimits.escalation, 0)).toEqual([
      { step: 1, target: 'second-operator', dueAtMs: 30_000 },
      { step: 2, target: 'supervisor', dueAtMs: 300_000 },
    ])
  })

  it('the escalation of an alert has whom the risk profile of the case adds, whatever ladder there is', () => {
    const alsoCalled = [{ afterSeconds: 30, target: 'supervisor' }] as const
    const risk = makeRisk({ alsoCalled })
    const called = (escalation: Parameters<typeof escalationRows>[1] | null) =>
      escalationRows({ escalation, risk }, defaultLimits.escalation, 0).map(
        ({ dueAtMs, step, target }) => [step, target, dueAtMs],
      )
    expect(called([])).toEqual([[1, 'supervisor', 30_000]])
    expect(called(null)).toEqual([
      [1, 'supervisor', 30_000],
      [2, 'second-operator', 60_000],
      [3, 'supervisor', 120_000],
    ])
  })

  it('the escalation of an alert is nobody when the order says so', () => {
    expect(escalationRows({ escalation: [] }, defaultLimits.escalation, 0)).toEqual([])
  })
})
