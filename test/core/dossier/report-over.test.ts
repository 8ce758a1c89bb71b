import { expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { applyFix } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { makeEngine, makeFix, makeOrder, makePair, passTime, startMs } from '../engine-world.ts'

const hourSeconds = 3_600

/** Recorded and received at these seconds, so many metres from the middle of a ban of 500 m. */
function come(second: number, receivedSecond: number, meters: number): Fix {
  return {
    ...makeFix(second, meters + (second % 7)),
    receivedAtMs: startMs + 1_000 * receivedSecond,
  }
}

/** Each minute from one second to another, received a second later, or all at one second. */
function stay(from: number, to: number, meters: number, receivedSecond?: number): Fix[] {
  const fixes: Fix[] = []
  for (let second = from; second <= to; second += 60) {
    fixes.push(come(second, receivedSecond ?? second + 1, meters))
  }
  return fixes
}

/** Each time a breach was told, how it ranks and whether it ended. */
function rank(fixes: readonly Fix[], engine = makeEngine()): string[] {
  const ids = new Set<string>()
  return fixes
    .flatMap((fix): Effect[] => [...passTime(engine, fix.receivedAtMs), ...applyFix(engine, fix)])
    .flatMap((effect): string[] => {
      if (effect.type === 'alert-raised') {
        const { kind, priority, late, id } = effect.alert
        if (!kind.endsWith('breach')) return []
        ids.add(id)
        return [`raised ${priority}${late ? ' late' : ''}`]
      }
      if (!('alertId' in effect) || !ids.has(effect.alertId)) return []
      if (effect.type === 'alert-ended') return ['ended']
      if (effect.type !== 'alert-revised') return []
      const { revision } = effect
      return [revision.kind === 'priority' ? revision.priority : revision.kind]
    })
    .filter((told) => told !== 'moved')
}

const now = 3 * hourSeconds

it('a breach that is long over when a device sends what it kept calls nobody out at once', () => {
  const fixes = [...stay(-3_600, 0, 5_000), ...stay(now - 600, now, 5_000)]
  const kept = [...stay(1_000, 1_600, 100, now + 5), ...stay(1_660, 2_000, 3_000, now + 5)]
  // Newest first, as some devices send it: its end is known before it is.
  expect(rank([...fixes, ...kept.toReversed()])).toEqual(['raised P2 late', 'ended'])
})

it('a kept breach that is sent in order ranks lower once its batch has come to what is now', () => {
  const kept = [...stay(1_000, 1_600, 100, now), ...stay(1_660, now, 5_000, now)]
  expect(rank([...stay(-600, 0, 5_000), ...kept])).toEqual(['raised P1 late', 'ended', 'P2'])
})

it('a breach that was over less than a quarter of an hour before it is learned ranks as it is', () => {
  const fixes = [...stay(-3_600, 0, 5_000), ...stay(now - 300, now, 5_000)]
  const kept = [
    ...stay(now - 1_500, now - 900, 100, now + 5),
    ...stay(now - 840, now - 420, 3_000, now + 5),
  ]
  expect(rank([...fixes, ...kept.toReversed()])).toEqual(['raised P1 late', 'ended'])
})

it('a breach after which nobody knows where they are ranks as it is, however long it is over', () => {
  const kept = [...stay(1_000, 1_600, 100, now), ...stay(1_660, 2_400, 5_000, now)]
  expect(rank([...stay(-600, 0, 5_000), ...kept.toReversed()])).toEqual(['raised P1 late', 'ended'])
})

it('a breach whose wearer is beside the ban when it is learned ranks as it is', () => {
  const fixes = [...stay(-3_600, 0, 5_000), ...stay(now - 600, now, 700)]
  const kept = [...stay(1_000, 1_600, 100, now + 5), ...stay(1_660, 2_000, 3_000, now + 5)]
  expect(rank([...fixes, ...kept.toReversed()])).toEqual(['raised P1 late', 'ended'])
})

it('what was long over ranks as it is again once later fixes show that it may not be', () => {
  const fixes = [...stay(-3_600, 0, 5_000), ...stay(now - 600, now, 5_000)]
  const kept = [...stay(1_000, 1_600, 100, now + 5), ...stay(1_660, 2_000, 3_000, now + 5)]
  const more = stay(1_645, now - 660, 100, now + 10)
  const told = rank([...fixes, ...kept.toReversed(), ...more])
  expect(told.slice(0, 2)).toEqual(['raised P2 late', 'ended'])
  expect(told).toContain('P1')
})

it('a breach of two people ranks lower only where both have been seen since', () => {
  const world = { orders: [makeOrder({ locationBans: [], proximityBans: [makePair()] })] }
  const hers = (from: number, to: number): Fix[] =>
    stay(from, to, 0)
      .filter((_, place) => place % 5 === 0)
      .map((fix) => ({ ...fix, deviceId: 'victim-device' }))
  const fixes = [...stay(-3_600, 0, 8_000), ...stay(now - 600, now, 8_000)]
  const kept = [...stay(1_000, 1_600, 400, now + 5), ...stay(1_660, 2_000, 7_000, now + 5)]
  const lost = [...fixes, ...hers(-600, 2_400), ...kept.toReversed()]
  expect(rank(lost, makeEngine(world))[0]).toBe('raised P1 late')
  const seen = [...fixes, ...hers(-600, now), ...kept.toReversed()]
  expect(rank(seen, makeEngine(world))[0]).toBe('raised P2 late')
})

it('a breach told some minutes after it was over is not lowered for the time that goes by', () => {
  const fixes = [...stay(-3_600, 0, 5_000), ...stay(now - 300, now, 5_000)]
  const kept = [
    ...stay(now - 1_500, now - 900, 100, now + 5),
    ...stay(now - 840, now - 420, 3_000, now + 5),
  ]
  // Half an hour later another few positions come late, and then one of now.
  const later = [...stay(now + 60, now + 1_800, 5_000), ...stay(now + 1_815, now + 2_100, 5_000)]
  const more = [come(now + 1_830, now + 2_104, 5_000), come(now + 2_160, now + 2_161, 5_000)]
  expect(rank([...fixes, ...kept.toReversed(), ...later, ...more])).toEqual([
    'raised P1 late',
    'ended',
  ])
})

it('a breach whose monitor is lost since ranks as it is, though a phone lies elsewhere', () => {
  const ofPhone = (fixes: readonly Fix[]): Fix[] =>
    fixes.map((fix) => ({ ...fix, deviceId: 'offender-device-2' }))
  const atHome = ofPhone(stay(-3_620, now, 5_000)).filter((_, place) => place % 5 === 0)
  const kept = [...stay(1_000, 1_600, 100, now + 5), ...stay(1_660, 2_400, 3_000, now + 5)]
  const since = ofPhone([come(now + 40, now + 41, 5_000), come(now + 100, now + 101, 5_000)])
  const lost = [...stay(-3_600, 0, 5_000), ...atHome].toSorted(
    (one, other) => one.receivedAtMs - other.receivedAtMs,
  )
  for (const sent of [kept, kept.toReversed()]) {
    expect(rank([...lost, ...sent, ...since])).toEqual(['raised P1 late', 'ended'])
  }
  // The monitor at home, too.
  const found = [...lost, ...stay(now - 240, now, 5_000, now + 1)]
  expect(rank([...found, ...kept.toReversed(), ...since])[0]).toBe('raised P2 late')
})

it('a kept breach ranks lower by the first quiet position of now that comes behind its batch', () => {
  const kept = [...stay(1_000, 1_600, 100, now), ...stay(1_660, now - 80, 5_000, now)]
  const since = stay(now, now + 120, 5_000)
  expect(
    rank([...stay(-600, 0, 5_000), ...kept, ...since], makeEngine({ reportIntervalSeconds: 60 })),
  ).toEqual(['raised P1 late', 'ended', 'P2'])
})
