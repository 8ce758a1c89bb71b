import { describe, expect, it } from 'vitest'
import { mergeSteps } from '../../../src/core/model/merge-steps.ts'
import { protocolDefault, protocolSets } from '../../../src/core/model/protocol-sets.ts'
import { findSteps, type ProtocolStep } from '../../../src/core/model/protocol.ts'

const alert = { kind: 'location-ban-breach', priority: 'P1', victimId: null } as const
const high = findSteps(protocolSets['high-risk'], alert)
const french = findSteps(protocolSets['french-order'], alert)
const timesOf = (steps: readonly ProtocolStep[]): readonly string[] =>
  steps.map(({ key, withinSeconds }) => `${key} ${withinSeconds}`)

/** As an organisation may write it: sooner than the set, with a call of its own. */
const own: readonly ProtocolStep[] = high
  .filter(({ key }) => key === 'call-police' || key === 'call-victim')
  .map((step) => ({ ...step, withinSeconds: step.key === 'call-police' ? 10 : 20 }))
const school: ProtocolStep = {
  ...(own[0] as ProtocolStep),
  key: 'guard-school',
  who: 'staff',
  text: { nl: 'Bel de school.', en: 'Call the school.' },
  withinSeconds: null,
}

describe('the steps of a risk profile beside those of the organisation', () => {
  it('each step is due by the earlier time, and none of either is lost', () => {
    expect(timesOf(mergeSteps([...own, school], high))).toEqual([
      'call-police 10',
      'call-victim 20',
      'guard-school null',
      'tell-supervisor 120',
      'call-wearer 300',
      'check-gone 900',
    ])
  })

  it('a step that has the key of another one is beside it', () => {
    const other: ProtocolStep = { ...school, key: 'call-police' }
    expect(timesOf(mergeSteps([other], high)).slice(0, 2)).toEqual([
      'call-police null',
      'added-call-police 30',
    ])
  })

  it('nobody decides whom to call first any more where the added steps say it', () => {
    const steps = mergeSteps(findSteps(protocolDefault, alert), high)
    expect(timesOf(steps)).toEqual(timesOf(high))
    expect(steps.map(({ nextIf, unless }) => nextIf ?? unless).filter(Boolean)).toEqual([])
  })

  it('a step that either asks for whatever happens is needed whatever happens', () => {
    const unlessOf = (steps: readonly ProtocolStep[]): unknown =>
      steps.find(({ key }) => key === 'call-victim')?.unless
    expect(unlessOf(french)).not.toBeNull()
    expect(unlessOf(mergeSteps(french, high))).toBeNull()
    expect(unlessOf(mergeSteps(own, french))).toBeNull()
    expect(mergeSteps(french, french)).toEqual(french)
  })
})
