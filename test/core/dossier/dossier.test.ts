import { expect, it } from 'vitest'
import { applyFix } from '../../../src/core/engine/engine.ts'
import { makeBan, makeEngine, makeFix, makeOrder, place, tell } from '../engine-world.ts'

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
  const { episodes } = dossier.context.log
  // The bound, and what the window may still change.
  expect(episodes.length).toBeLessThan(256 + 100)
  expect(episodes[0]).toMatchObject({ kind: 'location-ban-approach', endMs: null })
  expect(dossier.episodesDropped + episodes.length).toBe(passages.length)
  // Counts hold: a late fix finds everything where it was.
  const late = makeFix(899 * 30 - 15, 0, 700, { receivedAtMs: makeFix(900 * 30, 0).receivedAtMs })
  const told = tell(applyFix(engine, late))
  expect(told.filter((line) => line.startsWith('raised'))).toEqual([])
})
