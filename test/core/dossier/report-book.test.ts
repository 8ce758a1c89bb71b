import { describe, expect, it } from 'vitest'
import type { Reported } from '../../../src/core/dossier/reported-episode.ts'
import { untold } from '../../../src/core/dossier/reported-episode.ts'
import { ReportBook } from '../../../src/core/dossier/report-book.ts'
import type { Episode } from '../../../src/core/judge/episode.ts'
import { createBanRule } from '../../../src/core/rules/ban-versions.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createRandom } from '../../support/random.ts'
import { makeBan, makeOrder } from '../engine-world.ts'

const rule = createBanRule(0, makeOrder(), makeBan(), { fromMs: -Infinity, limits: defaultLimits })

const episode: Episode = {
  id: 0,
  kind: 'location-ban-breach',
  rule,
  startMs: 0,
  settledMs: 0,
  endMs: null,
  ceasesAtMs: Infinity,
  isCovered: false,
  nearestMeters: Infinity,
  fastestMetersPerSecond: 0,
  lower: null,
  calledMs: null,
  lastInsideMs: Number.NaN,
  isOfRest: false,
  tellings: [],
}

type Traits = { id: number; endMs: number | null } & Pick<Reported, 'isHeld' | 'lateRank'>

function report({ id, endMs, isHeld, lateRank }: Traits): Reported {
  return { ...untold, episode: { ...episode, id, endMs }, isHeld, lateRank }
}

/** The same by reading all of them. */
function readAll(book: ReportBook) {
  const all = [...book.values()]
  return {
    goingOn: all.filter((known) => known.isHeld || known.episode.endMs === null),
    isAnyBegun: all.some((known) => known.episode.id < 0),
    isAnyLateInFull: all.some(({ lateRank }) => lateRank === 'full'),
    isAnyLate: all.some(({ lateRank }) => lateRank !== 'none'),
  }
}

function readKnown({ goingOn, isAnyBegun, isAnyLateInFull, isAnyLate }: ReportBook) {
  return { goingOn: [...goingOn], isAnyBegun, isAnyLateInFull, isAnyLate }
}

describe('what is asked of all that was reported', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'what is asked of all that was reported is as if all were read (seed %i)',
    (seed) => {
      const random = createRandom(seed)
      const book = new ReportBook()
      const model = new Map<number, Reported>()
      for (let step = 0; step < 400; step++) {
        const id = Math.floor(12 * random()) - 4
        if (random() < 0.2) {
          book.delete(id)
          model.delete(id)
        } else {
          const lateRank = random() < 0.8 ? 'none' : random() < 0.5 ? 'full' : 'lower'
          const endMs = random() < 0.5 ? null : step
          const known = report({ id, endMs, isHeld: random() < 0.1, lateRank })
          book.put(known)
          model.set(id, known)
        }
        expect([...book.values()]).toEqual([...model.values()])
        expect(readKnown(book)).toEqual(readAll(book))
      }
    },
  )

  it('what is asked of all that was reported is the same of a book made of a list', () => {
    const going = report({ id: -1, endMs: null, isHeld: false, lateRank: 'full' })
    const over = report({ id: 2, endMs: 5, isHeld: false, lateRank: 'none' })
    const book = new ReportBook([over, going])
    expect(book.size).toBe(2)
    expect(readKnown(book)).toEqual(readAll(book))
    expect(book.goingOn).toEqual([going])
  })
})
