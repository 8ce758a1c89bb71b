import { expect, it } from 'vitest'
import { applyFix, applyRegistryChange, rejudge } from '../../../src/core/engine/engine.ts'
import { makeBan, makeEngine, makeFix, makeOrder, place, startMs, tell } from '../engine-world.ts'

/** Seven hours in which he crosses a small ban at every fix, and is near a large one throughout. */
it('one approach that never ends does not keep every passage in memory', () => {
  const small = makeBan({
    id: 'small',
    approachMeters: 0,
    area: { type: 'circle', ...place(0, 0), radiusMeters: 50 },
  })
  const large = makeBan({
    id: 'large',
    approachMeters: 5_000,
    area: { type: 'circle', ...place(0, 3_000), radiusMeters: 500 },
  })
  const engine = makeEngine({
    orders: [makeOrder({ locationBans: [large, small] })],
    limits: { caseWindowFixCount: 32 },
  })
  const passages: string[] = []
  for (let count = 0; count < 900; count++) {
    const fix = makeFix(count * 30, count % 2 === 0 ? -300 : 300, 0, { accuracyMeters: 5 })
    passages.push(...tell(applyFix(engine, fix)).filter((line) => line.includes('raised')))
  }
  expect(passages.length).toBeGreaterThan(890)
  const dossier = engine.dossiers.get('offender')!
  const { episodes } = dossier.state
  // The bound, and what the window may still change.
  expect(episodes.length).toBeLessThan(256 + 100)
  expect(episodes[0]).toMatchObject({ kind: 'location-ban-approach', endMs: null })
  for (const { episodes: earlier } of dossier.checkpoints) {
    expect(earlier.every(({ id }) => dossier.reported.has(id))).toBe(true)
  }
  expect(dossier.reported.size).toBe(episodes.length)
  // Counts hold: a late fix finds everything where it was.
  const late = makeFix(899 * 30 - 15, 0, 700, { receivedAtMs: makeFix(900 * 30, 0).receivedAtMs })
  const told = tell(applyFix(engine, late))
  expect(told.filter((line) => line.startsWith('raised'))).toEqual([])
})

it('a breach that is found going on again ceases by the ban as it was amended after it had ended', () => {
  const order = makeOrder()
  const engine = makeEngine({ orders: [order], limits: { caseWindowFixCount: 32 } })
  const inside = [makeFix(0, 0), makeFix(300, 10)]
  const outside = Array.from({ length: 200 }, (_, count) => makeFix(600 + 20 * count, 3_000))
  for (const fix of [...inside, ...outside.slice(0, 5)]) applyFix(engine, fix)
  const amendedMs = startMs + 690_000
  const protectionOrder = { ...order, version: 2, validUntilMs: startMs + 2_000_000 }
  applyRegistryChange(engine, { type: 'protection-order', protectionOrder }, amendedMs)
  for (const fix of outside.slice(5)) applyFix(engine, fix)
  // The monitor of the fixes outside turns out to be somebody else's: what is stored of
  // this offender says no more.
  const told = tell(rejudge(engine, 'offender', inside, startMs + 400_000, startMs + 4_700_000))
  expect(told.filter((line) => line.startsWith('ended'))).toEqual(['ended earlier 2000'])
})
