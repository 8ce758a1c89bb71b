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

it('of one fix in two cases it is told once why it is not believed, and of another too', () => {
  const merged = mergeEffects(
    [decide(5, ['teleport'])],
    [decide(5, ['teleport']), decide(6, ['frozen']), decide(7, [])],
  )
  expect(merged).toEqual([decide(5, ['teleport']), decide(6, ['frozen']), decide(7, [])])
})
