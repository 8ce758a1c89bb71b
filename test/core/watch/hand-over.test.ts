import { expect, it } from 'vitest'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import type { FlappingAlert } from '../../../src/core/watch/open-alerts.ts'
import { putIntoWatch, takeFromWatch } from '../../../src/core/watch/hand-over.ts'
import { putVendors } from '../../../src/core/watch/told-vendors.ts'
import { isOftenMissed } from '../../../src/core/watch/vendor-flapping.ts'
import { ensureDevice, ensureVendor } from '../../../src/core/watch/watch-state.ts'
import { makeEngine, startMs } from '../engine-world.ts'

const ids = new Set(['offender', 'offender-device'])
const flapping: FlappingAlert = {
  alertId: 'comes and goes',
  longestMs: 0,
  isTold: true,
  missed: { 'offender-device': 7, 'victim-device': 7 },
  oftenIds: ['offender-device', 'victim-device'],
}

/** One shard of a vendor that comes and goes, in which these devices were told by themselves. */
function makeShard(toldIds: readonly string[]): Engine {
  const engine = makeEngine()
  ensureVendor(engine.watch, 'vendor').flapping = { ...flapping, toldIds }
  return engine
}

it('a device that was told by itself while its vendor comes and goes is not told again elsewhere', () => {
  const [from, to] = [makeShard(['offender-device']), makeShard(['victim-device'])]
  const isDue = ({ watch }: Engine, id: string): boolean =>
    isOftenMissed(watch, ensureDevice(watch, id))
  expect(isDue(from, 'offender-device')).toBe(false)
  expect(isDue(to, 'offender-device')).toBe(true)

  putIntoWatch(to.watch, structuredClone(takeFromWatch(from.watch, ids)))
  expect(isDue(to, 'offender-device')).toBe(false)
  // Nor is it once the vendor was judged where vendors are, which knows nobody of them.
  putVendors(to.watch, [ensureVendor(makeShard([]).watch, 'vendor')], startMs)
  expect(isDue(to, 'offender-device')).toBe(false)
  expect(isDue(to, 'victim-device')).toBe(false)
})

it('a device that goes to and fro between two shards is named once in each', () => {
  const shards = [makeShard(['offender-device']), makeShard([])] as const
  for (let move = 0; move < 6; move++) {
    const [from, to] = move % 2 === 0 ? shards : shards.toReversed()
    const part = takeFromWatch(from!.watch, ids)
    expect(part.toldIds).toEqual(['offender-device'])
    putIntoWatch(to!.watch, part)
  }
})
