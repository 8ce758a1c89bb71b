import { expect, it } from 'vitest'
import { RefusedInput } from '../../../src/errors.ts'
import { createPace } from '../../../src/ingest/intake/pace.ts'

function createWorld() {
  const clock = { elapsedMs: 1_000 }
  const pace = createPace(() => clock.elapsedMs)
  const heldMs = async (senderId: string): Promise<number> => {
    const startedAtMs = performance.now()
    await pace.hold(senderId)
    return performance.now() - startedAtMs
  }
  return { clock, pace, heldMs }
}

it('a sender that is alone is answered at once, whatever it sends', async () => {
  const { pace, heldMs } = createWorld()
  for (let count = 0; count < 50; count += 1) pace.note('flood', 1_000)
  expect(await heldMs('flood')).toBeLessThan(50)
  expect(() => pace.refuse('flood')).not.toThrow()
})

it('a sender beyond its share is answered at ten thousand a second while others send, and nobody else is held back', async () => {
  const { clock, pace, heldMs } = createWorld()
  pace.note('other', 0)
  pace.note('flood', 2_000)
  expect(await heldMs('flood')).toBeGreaterThan(190)
  expect(await heldMs('other')).toBeLessThan(50)
  clock.elapsedMs += 200
  expect(await heldMs('flood')).toBeLessThan(50)
  clock.elapsedMs += 60_001
  pace.note('flood', 2_000)
  expect(await heldMs('flood')).toBeLessThan(50)
})

it('a sender that is more than a second ahead is told when to come again', () => {
  const { clock, pace } = createWorld()
  pace.note('other', 0)
  for (let count = 0; count < 25; count += 1) pace.note('flood', 1_000)
  let refusal: unknown = null
  try {
    pace.refuse('flood')
  } catch (error) {
    refusal = error
  }
  expect(refusal).toBeInstanceOf(RefusedInput)
  expect(refusal).toMatchObject({ status: 429, retryAfterSeconds: 3 })
  expect(() => pace.refuse('other')).not.toThrow()
  clock.elapsedMs += 1_600
  expect(() => pace.refuse('flood')).not.toThrow()
})

it('a sender of long bodies is answered at three megabytes a second beyond its share, though nothing of them is taken', async () => {
  const { clock, pace, heldMs } = createWorld()
  pace.noteBytes('other', 300)
  // Four megabytes at once are within its share.
  for (let count = 0; count < 4; count += 1) pace.noteBytes('long', 1_000_000)
  expect(await heldMs('long')).toBeLessThan(50)
  pace.noteBytes('long', 900_000)
  expect(await heldMs('long')).toBeGreaterThan(290)
  expect(await heldMs('other')).toBeLessThan(50)
  for (let count = 0; count < 8; count += 1) pace.noteBytes('long', 1_000_000)
  expect(() => pace.refuse('long')).toThrow('3 MB a second')
  expect(() => pace.refuse('other')).not.toThrow()
  clock.elapsedMs += 10_000
  expect(() => pace.refuse('long')).not.toThrow()
})
