import { describe, expect, it } from 'vitest'
import { applyFix } from '../../../src/core/engine/engine.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { makeBan, makeEngine, makeFix, makeOrder, passTime, startMs } from '../engine-world.ts'

const minute = 60
/** In force from so many seconds after the start on. */
function from(second: number) {
  const permitted = {
    fromMs: startMs - 7_200_000,
    untilMs: startMs + second * 1000,
    reason: 'work',
  }
  return { timeZone: 'Europe/Amsterdam', weekly: null, exceptions: [permitted] } as const
}

describe('whoever was last seen inside when a ban comes into force', () => {
  const orders = [makeOrder({ locationBans: [makeBan({ schedule: from(120) })] })]

  it('a device that falls silent inside two minutes before is called out as in a breach', () => {
    const engine = makeEngine({ orders })
    expect(silences(engine, [makeFix(-60, 100), makeFix(0, 101)], 10 * minute)).toEqual([
      'raised P3 91',
      'priority P1 120',
    ])
  })

  it('a device last seen in the band, or that left before, is listed first as ever', () => {
    const near = [makeFix(-60, 700), makeFix(0, 701)]
    expect(silences(makeEngine({ orders }), near, 5 * minute)).toEqual(['raised P3 91'])
    const left = [makeFix(-60, 100), makeFix(0, 3_000), makeFix(10, 3_010)]
    expect(silences(makeEngine({ orders }), left, 5 * minute)).toEqual(['raised P3 101'])
  })

  it('a silence from long before rises when the ban comes into force', () => {
    const later = [makeOrder({ locationBans: [makeBan({ schedule: from(3_600) })] })]
    const engine = makeEngine({ orders: later })
    const told = silences(engine, [makeFix(-60, 100), makeFix(0, 101)], 61 * minute)
    expect(told).toEqual(['raised P3 91', 'priority P2 391', 'priority P1 3600'])
  })
})

/** What is told of silence, in seconds after the start, until then. */
function silences(engine: Engine, fixes: readonly Fix[], untilSecond: number): string[] {
  const ids = new Set<string>()
  const effects = fixes.flatMap((fix) => [
    ...passTime(engine, fix.receivedAtMs),
    ...applyFix(engine, fix),
  ])
  effects.push(...passTime(engine, startMs + untilSecond * 1000))
  return effects.flatMap((effect) => {
    if (effect.type === 'alert-raised' && effect.alert.kind === 'device-silent') {
      ids.add(effect.alert.id)
      return [`raised ${effect.alert.priority} ${secondOf(effect.alert.learnedAtMs)}`]
    }
    if (effect.type !== 'alert-revised' || !ids.has(effect.alertId)) return []
    if (effect.revision.kind !== 'priority') return []
    return [`priority ${effect.revision.priority} ${secondOf(effect.learnedAtMs)}`]
  })
}

function secondOf(ms: number): number {
  return Math.round((ms - startMs) / 1000)
}
