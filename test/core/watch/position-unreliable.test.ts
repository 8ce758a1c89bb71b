import { describe, expect, it } from 'vitest'
import type { Situation } from '../../../src/core/watch/situation.ts'
import {
  createBanWorld,
  createPairWorld,
  endedOf,
  minute,
  raisedOf,
  revisedOf,
  startMs,
} from '../watch-world.ts'

describe('a device that reports', () => {
  it('a device that reports and is believed is reliable', () => {
    expect(raisedOf(createBanWorld().report(['monitor'], 60 * minute))).toEqual([])
  })

  it('a device that reports but is not believed for five minutes is unreliable, once, until it is believed', () => {
    const world = createBanWorld()
    world.report(['monitor'], 10 * minute)
    const raised = raisedOf(reportUnbelieved(world, 30))
    expect(raised).toMatchObject([
      {
        kind: 'position-unreliable',
        priority: 'P3',
        deviceId: 'monitor',
        offenderId: 'otto',
        occurredAtMs: startMs + 9 * minute + 5 * minute,
      },
    ])
    expect(endedOf(world.report(['monitor'], minute)).map((effect) => effect.alertId)).toEqual([
      raised[0]!.id,
    ])
  })

  it.each([
    ['sends positions that are not believed', true, false],
    ['is heard and sends no position', false, true],
  ])(
    'a device that reports and %s is told as that, and never as silent',
    (_, isSending, heardWithoutPosition) => {
      const world = createBanWorld()
      world.report(['monitor'], 10 * minute)
      const effects = []
      for (let count = 0; count < 30; count++) {
        if (isSending) effects.push(...world.fix('monitor', { isBelieved: false }))
        else effects.push(...world.event('monitor', 'heartbeat'))
        effects.push(...world.advance(minute))
      }
      const [alert, ...others] = raisedOf(effects)
      expect(others).toEqual([])
      expect(alert).toMatchObject({
        kind: 'position-unreliable',
        evidence: { facts: { heardWithoutPosition } },
      })
      expect(alert?.reason.includes('Ask its wearer')).toBe(heardWithoutPosition)
    },
  )

  it('a device that reports and was never believed at all is unreliable too', () => {
    const world = createBanWorld()
    expect(raisedOf(reportUnbelieved(world, 10)).map((alert) => alert.kind)).toEqual([
      'position-unreliable',
    ])
  })

  it('a device that reports too coarsely again in one approach is one alert, called out each time', () => {
    const world = createBanWorld()
    world.report(['monitor'], 10 * minute)
    const openSinceMs = world.now() - minute
    const tellUnclear = (changes: Partial<Situation>) => {
      const stay = { sinceMs: world.now() - 20 * minute, isApproached: true, isLasting: true }
      const unclear = { ...stay, lastMs: world.now() + 5 * minute }
      world.situate('otto', { isInOpenApproach: true, openSinceMs, unclear, ...changes })
      const effects = world.report(['monitor'], 2 * minute)
      world.situate('otto', { unclear: null })
      effects.push(...world.report(['monitor'], 5 * minute))
      return effects
    }
    const first = tellUnclear({})
    const [alert] = raisedOf(first)
    expect(alert).toMatchObject({
      priority: 'P2',
      evidence: { facts: { fault: 'unclear-in-ban' } },
    })
    expect(endedOf(first)).toMatchObject([{ alertId: alert!.id }])
    const second = tellUnclear({})
    expect(raisedOf(second)).toEqual([])
    expect(revisedOf(second)).toMatchObject([
      { alertId: alert!.id, revision: { cause: 'lost-again', isCall: true } },
    ])
    expect(endedOf(second)).toMatchObject([{ alertId: alert!.id }])
    const later = tellUnclear({ openSinceMs: world.now() })
    expect(raisedOf(later)).toMatchObject([{ priority: 'P2' }])
  })

  it('a device that reports in a pair is the matter of its pair: one cause, one alert', () => {
    const world = createPairWorld()
    world.report(['monitor', 'pendant'], 10 * minute)
    const effects = []
    for (let count = 0; count < 20; count++) {
      effects.push(...world.fix('pendant'), ...world.fix('monitor', { isBelieved: false }))
      effects.push(...world.advance(minute))
    }
    expect(raisedOf(effects).map((alert) => alert.kind)).toEqual(['protection-degraded'])
  })

  it('a device that reports no longer at all is silent, not unreliable', () => {
    const world = createBanWorld()
    world.report(['monitor'], 10 * minute)
    expect(raisedOf(world.advance(60 * minute)).map((alert) => alert.kind)).toEqual([
      'device-silent',
    ])
  })
})

function reportUnbelieved(world: ReturnType<typeof createBanWorld>, minutes: number) {
  const effects = []
  for (let count = 0; count < minutes; count++) {
    effects.push(...world.fix('monitor', { isBelieved: false }), ...world.advance(minute))
  }
  return effects
}
