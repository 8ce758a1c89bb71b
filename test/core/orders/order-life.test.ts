import { describe, expect, it } from 'vitest'
import {
  actOfChange,
  baseAfter,
  lifeActNames,
  lifeActs,
  lifeStates,
  mayAct,
  stateAt,
  type Life,
  type LifeState,
} from '../../../src/core/orders/order-life.ts'

/** States in which nothing is watched for any more: a person decided each of them. */
const overStates: readonly LifeState[] = ['lifted', 'stopped', 'declined', 'closed']

const life = { startMs: 100, endMs: 200, remindFromMs: 180 }

describe('the life of an order', () => {
  it.each([
    ['in-force', 99, 'imposed'],
    ['in-force', 100, 'active'],
    ['in-force', 180, 'ending'],
    ['in-force', 199, 'ending'],
    ['in-force', 200, 'lapsed'],
    ['in-force', 1e15, 'lapsed'],
    ['suspended', 150, 'suspended'],
    ['suspended', 200, 'lapsed'],
    ['lifted', 1e15, 'lifted'],
    ['proposed', 1e15, 'proposed'],
  ] as const)('a life that acts left %s is at %d %s', (base, nowMs, state) => {
    expect(stateAt({ ...life, base }, nowMs)).toBe(state)
  })

  it('the life of an order is ended by time in no state: from each one that time reaches, only an act of a person leads out', () => {
    const bases: Life['base'][] = ['in-force', 'suspended', 'proposed', 'assessed']
    for (const base of bases) {
      for (const nowMs of [0, 150, 190, 200, 1e15]) {
        expect(overStates).not.toContain(stateAt({ ...life, base }, nowMs))
      }
    }
  })

  it('the life of an order has no state that nothing leads out of: an emergency that is refused brings back even a closed file', () => {
    const stuck = lifeStates.filter(
      (state) => !Object.values(lifeActs).some(({ from }) => from.includes(state)),
    )
    expect(stuck).toEqual([])
    expect(lifeActNames.filter((act) => mayAct('closed', act))).toEqual(['reinstate'])
    expect(Object.keys(lifeActs).toSorted()).toEqual([...lifeActNames].toSorted())
  })

  it('the life of an order that has lapsed is extended, amended, or confirmed to stop, and never lifted', () => {
    const possible = lifeActNames.filter((act) => mayAct('lapsed', act))
    expect(possible).toEqual(['change', 'extend', 'shorten', 'resume', 'confirm-stop'])
    expect(lifeActNames.filter((act) => mayAct(null, act))).toEqual(['propose', 'impose'])
  })

  it.each([
    [null, ['active', 200], 150, 'impose'],
    [['active', 200], ['suspended', 200], 150, 'suspend'],
    [['suspended', 200], ['active', 200], 150, 'resume'],
    [['active', 200], ['active', 300], 150, 'extend'],
    [['active', 200], ['active', 300], 250, 'extend'],
    [['active', 200], ['active', 180], 150, 'shorten'],
    [['active', 200], ['active', 200], 150, 'change'],
    [['active', 200], ['ended', 200], 199, 'lift'],
    [['active', 200], ['ended', 200], 200, 'confirm-stop'],
    [['suspended', 200], ['ended', 200], 201, 'confirm-stop'],
    [['ended', 200], ['active', 200], 150, 'reinstate'],
  ] as const)('what made %j of it %j at %d is to %s', (before, after, nowMs, act) => {
    const of = ([status, validUntilMs]: readonly ['active' | 'suspended' | 'ended', number]) => {
      return { status, validUntilMs }
    }
    expect(actOfChange(before === null ? null : of(before), of(after), nowMs)).toBe(act)
  })

  it('the life of an order stands by its acts in their order', () => {
    const acts = ['propose', 'assess', 'impose', 'suspend', 'extend'] as const
    const base = acts.reduce<Life['base'] | null>((before, act) => baseAfter(before, act), null)
    expect(base).toBe('suspended')
    expect(baseAfter(baseAfter(base, 'resume'), 'change')).toBe('in-force')
    expect(baseAfter('stopped', 'close')).toBe('closed')
  })
})
