import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { applyFix } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { makeEngine, makeFix, startMs, type World } from '../engine-world.ts'
import { createPlain, jitter, plainMs, plainPair } from '../plain-world.ts'

/** Recorded and received at these seconds, so many meters from the middle of a ban of 500 m. */
function come(recordedSecond: number, receivedSecond: number, meters: number): Fix {
  return { ...makeFix(recordedSecond, meters), receivedAtMs: startMs + 1_000 * receivedSecond }
}

/** Each time the breach was told, and whether as late or as of now. */
function tell(fixes: readonly Fix[], world: World = {}): string[] {
  const engine = makeEngine(world)
  return fixes.flatMap((fix): Effect[] => applyFix(engine, fix)).flatMap(describeTelling)
}

function describeTelling(effect: Effect): string[] {
  if (effect.type === 'alert-raised' && effect.alert.kind === 'location-ban-breach') {
    return [effect.alert.late ? 'late' : 'live']
  }
  if (effect.type !== 'alert-revised' || effect.revision.kind !== 'repeated') return []
  if (!('cause' in effect.revision)) return []
  const { cause, late, isCall } = effect.revision
  return [`${cause} ${late ? 'late' : 'live'}${isCall ? ', called' : ''}`]
}

const hourSeconds = 3_600

describe('late or live, by the newest evidence', () => {
  it('an upload whose newest fix is of now is told as now, once', () => {
    const upload = [0, 60, 120, 180, 240].map((second) => come(second, 242, 100 + second / 10))
    expect(tell(upload)).toEqual(['late', 'live live, called'])
  })

  it('an upload whose newest fix is old stays late', () => {
    const upload = [0, 60, 120].map((second) => come(second, hourSeconds, 100 + second / 10))
    expect(tell(upload)).toEqual(['late'])
  })

  it('a position of many hours ago and one of now inside are told as now', () => {
    const cached = come(-20 * hourSeconds, 0, 100)
    const now = [60, 120, 180].map((second) => come(second, second + 2, 100 + second / 10))
    expect(tell([cached])).toEqual(['late'])
    expect(tell([cached, ...now])).toEqual(['late', 'again live, called'])
  })

  it('a breach on a slow plan, sure by its second fix, is told as now though it began long before', () => {
    const world = { reportIntervalSeconds: 600 }
    const fixes = [-600, 0, 600].map((second) =>
      come(second, second + 2, second < 0 ? 5_000 : 497 + second / 1_000),
    )
    expect(tell(fixes, world)).toEqual(['live'])
  })
})

it('nearness by a position of the other of now, beside where the offender was last seen at rest, is told as now, and once when a report of before comes in late', () => {
  const world = createPlain({ locationBans: [], proximityBans: [plainPair] })
  const hers = { deviceId: 'pendant' }
  for (let at = 0; at <= 900; at += 60) {
    if (at <= 600) world.fix(at, jitter(at, [700, 0]))
    world.fix(at + 20, jitter(at, [0, 0]), hers)
  }
  world.fix(980, [150, 0], hers)
  const receivedAtMs = plainMs + 985_000
  world.fix(950, [75, 0], { ...hers, receivedAtMs })
  const told = world.told('proximity-approach')
  expect(told).toEqual(['raised proximity-approach P2 21', 'repeated proximity-approach 981'])
})
