import { describe, expect, it } from 'vitest'
import {
  findOffer,
  findRoundMs,
  findTicks,
  planResponse,
} from '../../../src/core/model/plan-response.ts'
import { protocolSets } from '../../../src/core/model/protocol-sets.ts'
import { protocolSetNames } from '../../../src/core/model/protocol.ts'
import { findProtocolFaults, findSteps } from '../../../src/core/model/protocol.ts'
import { alertKinds, alertPriorities } from '../../../src/core/model/alert.ts'

const breach = { kind: 'proximity-breach', priority: 'P1', victimId: 'v' } as const

function orderOf(name: (typeof protocolSetNames)[number], ticks: readonly [string, string][]) {
  const steps = findSteps(protocolSets[name], breach)
  const done = ticks.map(([step, outcome], place) => ({
    step,
    outcome: outcome as 'complies',
    atMs: 1_000 + place,
    by: 'someone',
  }))
  return planResponse(steps, done, 0).map(({ step, state, isNext }) => [
    step.key,
    isNext ? 'next' : state,
  ])
}

describe('the steps of a response', () => {
  it('a step that was done without a connection stands at its own time, and undoes none done since', () => {
    const step = (atMs: number, outcome: string, doneMs?: number) => {
      const detail = { step: 'call-victim', outcome, ...(doneMs === undefined ? {} : { doneMs }) }
      return { kind: 'step', atMs, by: 'someone', detail }
    }
    const events = [step(5_000, 'in-danger'), step(6_000, 'no-answer', 3_000)]
    const told = findTicks(events, 1_000).map(({ atMs, outcome }) => [atMs, outcome])
    expect(told).toEqual([
      [3_000, 'no-answer'],
      [5_000, 'in-danger'],
    ])
    // Done before the alert was opened again, it is of the round before.
    expect(findTicks(events, 4_000).length).toBe(1)
    // A clock that is ahead makes nothing later than it came.
    expect(findTicks([step(5_000, 'safe', 9_000)], 0)[0]?.atMs).toBe(5_000)
  })

  it('a grave case calls the police first and at once, whatever anybody decides', () => {
    const steps = findSteps(protocolSets['high-risk'], breach)
    expect(steps.slice(0, 2).map(({ key, unless }) => [key, unless])).toEqual([
      ['call-police', null],
      ['call-victim', null],
    ])
  })

  it('the Dutch set lets staff decide, and the police come directly behind the decision', () => {
    expect(orderOf('dutch-pilot', []).map(([key]) => key)).toEqual([
      'decide',
      'call-victim',
      'call-police',
      'call-wearer',
      'check-gone',
    ])
    expect(orderOf('dutch-pilot', [['decide', 'police-first']]).slice(0, 3)).toEqual([
      ['decide', 'done'],
      ['call-police', 'next'],
      ['call-victim', 'due'],
    ])
    expect(orderOf('dutch-pilot', [['decide', 'victim-first']])[1]).toEqual(['call-victim', 'next'])
  })

  it('the French set leaves the protected person alone only while the wearer turns back', () => {
    expect(orderOf('french-order', [['call-wearer', 'complies']])).toEqual([
      ['call-wearer', 'done'],
      ['call-victim', 'not-needed'],
      ['call-police', 'not-needed'],
      ['check-gone', 'next'],
    ])
    const thenNot: [string, string][] = [
      ['call-wearer', 'complies'],
      ['call-wearer', 'refuses'],
    ]
    expect(orderOf('french-order', thenNot)[1]).toEqual(['call-victim', 'next'])
  })

  it('a call that nobody answered stays to be made, and the next clock runs all the same', () => {
    const steps = findSteps(protocolSets['french-order'], breach)
    const tick = { step: 'call-wearer', outcome: 'no-answer', atMs: 9_000, by: null } as const
    const [wearer, victim] = planResponse(steps, [tick], 5_000)
    expect(wearer).toMatchObject({ state: 'due', isNext: true, tryCount: 1 })
    expect(victim).toMatchObject({ state: 'due', dueAtMs: 125_000 })
  })

  it('each delivered set has steps for every kind and priority, and no fault', () => {
    for (const name of protocolSetNames) {
      expect(findProtocolFaults(protocolSets[name])).toEqual([])
      for (const kind of alertKinds)
        for (const priority of alertPriorities)
          expect(
            findSteps(protocolSets[name], { kind, priority, victimId: null }).length,
          ).toBeGreaterThan(0)
    }
  })

  it('a set is refused without a last rule for everything, with one key twice, or a hanging condition', () => {
    const step = { ...findSteps(protocolSets['french-order'], breach)[0]!, key: 'a' }
    const faultsOf = (rule: object) =>
      findProtocolFaults({
        rules: [{ kinds: [], priorities: [], about: null, steps: [step], ...rule }],
      }).map(({ pointer }) => pointer)
    expect(faultsOf({})).toEqual([])
    expect(faultsOf({ kinds: ['panic'] })).toEqual(['/rules'])
    expect(faultsOf({ about: 'wearer' })).toEqual(['/rules'])
    expect(faultsOf({ steps: [step, step] })).toEqual(['/rules/0/steps/1/key'])
    const hanging = { ...step, key: 'b', unless: { step: 'z', outcomes: ['complies'] } }
    expect(faultsOf({ steps: [step, hanging] })).toEqual(['/rules/0/steps/1/unless'])
    const foreign = { ...step, key: 'b', nextIf: { step: 'a', outcomes: ['safe'] } }
    expect(faultsOf({ steps: [step, foreign] })).toEqual(['/rules/0/steps/1/nextIf'])
  })

  it('nobody who wears a monitor is called about the device of the protected person', () => {
    for (const name of protocolSetNames) {
      for (const kind of ['device-silent', 'device-tamper', 'battery-low'] as const) {
        const partiesOf = (victimId: string | null) =>
          findSteps(protocolSets[name], { kind, priority: 'P2', victimId }).map(({ who }) => who)
        expect(partiesOf('v')).toEqual(['victim', 'staff'])
        expect(partiesOf(null)).toEqual(['wearer', 'victim', 'staff'])
      }
    }
  })

  it('an alert that is open again begins anew, and what was ticked before stays behind', () => {
    const events = [
      { kind: 'step', atMs: 10, by: 'a', detail: { step: 'decide', outcome: 'victim-first' } },
      { kind: 'revised', atMs: 20, by: null, detail: { previousStatus: 'acknowledged' } },
      { kind: 'step', atMs: 30, by: 'a', detail: { step: 'call-victim', outcome: 'safe' } },
    ]
    expect(findRoundMs(5, events.slice(0, 1))).toBe(5)
    expect(findRoundMs(5, events)).toBe(20)
    expect(findTicks(events, 20).map(({ step }) => step)).toEqual(['call-victim'])
  })

  it('an offer holds until it is taken, the alert is closed, or it is open again', () => {
    const offered = { kind: 'offered', atMs: 1, by: 'a', detail: { target: 'b' } }
    const noted = { kind: 'note', atMs: 2, by: 'a', detail: null }
    expect(findOffer([offered, noted])).toEqual({ to: 'b', by: 'a' })
    for (const kind of ['handed-over', 'acknowledged', 'closed'])
      expect(findOffer([offered, { ...noted, kind }])).toBeNull()
    const again = { kind: 'revised', atMs: 2, by: null, detail: { previousStatus: 'acknowledged' } }
    expect(findOffer([offered, again])).toBeNull()
  })
})
