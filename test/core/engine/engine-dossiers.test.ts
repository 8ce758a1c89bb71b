import { expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { mergeEffects } from '../../../src/core/engine/engine-dossiers.ts'

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
