import { expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { mergeEffects } from '../../../src/core/engine/engine-dossiers.ts'
import { applyFix, applyRegistryChange } from '../../../src/core/engine/engine.ts'
import {
  applyAll,
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  place,
  startMs,
} from '../engine-world.ts'

function decide(longitude: number, reasons: readonly string[]): Effect {
  return {
    type: 'fix-disbelieved',
    deviceId: 'device',
    recordedAtMs: 0,
    longitude,
    latitude: 52,
    reasons,
    learnedAtMs: 1000,
  }
}

it('a fix in two cases is reported once with the reason why it is not believed, and another fix too', () => {
  const merged = mergeEffects(
    [decide(5, ['teleport'])],
    [decide(5, ['teleport']), decide(6, ['frozen']), decide(7, [])],
  )
  expect(merged).toEqual([decide(5, ['teleport']), decide(6, ['frozen']), decide(7, [])])
})

it('an amendment that no fix comes out otherwise by forgets the oldest episodes as any other does', () => {
  const bans = Array.from({ length: 20 }, (_, index) =>
    makeBan({
      id: `ban-${index}`,
      approachMeters: 0,
      area: { type: 'circle', ...place(100 + 100 * index, 0), radiusMeters: 40 },
    }),
  )
  const order = makeOrder({ locationBans: bans })
  const engine = makeEngine({ orders: [order] })
  // All in a row are crossed between two fixes, to and fro; then so long nothing that all of it has
  // left the window.
  let seconds = 0
  for (let way = 0; way < 20; way++) {
    seconds += 120
    applyFix(engine, makeFix(seconds, way % 2 === 0 ? -100 : 2300))
  }
  applyAll(
    engine,
    Array.from({ length: 400 }, (_, index) => makeFix(seconds + 60 * (index + 1), -5000)),
  )
  const dossier = engine.dossiers.get('offender')
  expect(dossier?.state.episodes.length).toBeGreaterThan(256)
  const protectionOrder = { ...order, version: 2, status: 'ended' } as const
  const change = { type: 'protection-order', protectionOrder } as const
  expect(applyRegistryChange(engine, change, startMs + 30_000_000)).toEqual([])
  expect([dossier?.state.episodes.length, dossier?.reported.size]).toEqual([256, 256])
})
