import { describe, expect, it } from 'vitest'
import { advanceWatch } from '../../../src/core/watch/watch.ts'
import { wakePerson } from '../../../src/core/watch/wake-person.ts'
import { createPairWorld, minute, second } from '../watch-world.ts'

/** Both report for ten minutes; then everything about them is looked at, so long after that. */
function lookAt(findSeenMs: (seenMs: number) => number, afterMs = 30 * second) {
  const world = createPairWorld()
  world.report(['monitor', 'pendant'], 10 * minute)
  const seenMs = world.now()
  const asked: string[] = []
  const watch = {
    ...world.watch,
    findSeenMs: () => findSeenMs(seenMs),
    findSituation: (personId: string) => {
      asked.push(personId)
      return { ...world.findSituation(personId), lastBelievedAtMs: seenMs }
    },
  }
  const nowMs = seenMs + afterMs
  wakePerson(watch, 'otto', nowMs)
  wakePerson(watch, 'vera', nowMs)
  const effects = advanceWatch(watch, nowMs)
  const people = ['otto', 'vera'].map((id) => watch.persons.get(id)?.dueMs)
  const pairs = [...watch.pairs.values()].map(({ dueMs }) => dueMs)
  return { asked, effects, people, pairs }
}

describe('whoever was seen lately', () => {
  const unknown = (): number => Number.NaN
  const known = (seenMs: number): number => seenMs

  it('whoever was seen lately is looked at again when the whole situation would say so', () => {
    const { asked, ...found } = lookAt(known)
    const { asked: askedInFull, ...inFull } = lookAt(unknown)
    expect(found).toEqual(inFull)
    expect(asked).toEqual([])
    expect(askedInFull).toContain('vera')
  })

  it('whoever was not seen for longer than a sighting holds is asked about in full', () => {
    expect(lookAt(known, 20 * minute).asked).toContain('vera')
  })
})
