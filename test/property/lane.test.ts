import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGroupCommit } from '../../src/ingest/intake/group-commit.ts'
import { submitToLane, type Lane } from '../../src/ingest/intake/lane.ts'
import type { Turn } from '../../src/store/journal/turns.ts'
import { createRecentFixes, type FixKey } from '../../src/ingest/intake/recent-fixes.ts'

type Entry = FixKey & { readonly deviceId: string }

/** Twelve distinct fixes of three devices: few, so that requests overlap in many ways. */
function entryOf(number: number): Entry {
  return {
    deviceId: `device ${number % 3}`,
    recordedAtMs: number * 60_000,
    longitude: 5 + number / 100,
    latitude: 52,
  }
}

/** Some of a request are judged in turn, so that one request waits for several groups. */
function turnOf({ recordedAtMs }: Entry): Turn | null {
  const number = recordedAtMs / 60_000
  if (number % 4 < 2) return null
  return { senderId: `sender ${number % 2}`, lane: number % 4 === 2 ? 'now' : 'history' }
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

async function play(requests: readonly (readonly number[])[], failures: readonly boolean[]) {
  const stored: Entry[] = []
  const recent = createRecentFixes()
  let appendNumber = 0
  const lane: Lane<Entry> = {
    recent,
    isToRecall: () => false,
    recall: async () => {},
    admit: null,
    groups: createGroupCommit<Entry>({
      append: async (entries) => {
        const isFailing = failures[appendNumber] === true
        appendNumber += 1
        for (let turns = 0; turns < appendNumber % 3; turns += 1) await turn()
        if (isFailing) throw new Error('the database went away')
        stored.push(...entries)
      },
      onCommitted: () => {},
      onFailed: (groupId, entries) => {
        for (const entry of entries) recent.forget(entry.deviceId, groupId)
      },
      entriesPerGroupMax: 6,
      nowMs: () => 0,
    }),
  }
  const answers: { readonly numbers: readonly number[]; readonly result: Promise<unknown> }[] = []
  const acknowledged: {
    numbers: readonly number[]
    acceptedCount: number
    duplicateCount: number
    storedThen: Entry[]
  }[] = []
  for (const [index, numbers] of requests.entries()) {
    const result = submitToLane(lane, numbers.map(entryOf), turnOf).then(
      (counts) => void acknowledged.push({ numbers, ...counts, storedThen: [...stored] }),
      () => {},
    )
    answers.push({ numbers, result })
    if (index % 2 === 1) await turn()
  }
  await Promise.all(answers.map(({ result }) => result))
  return { stored, acknowledged, stats: lane.groups.stats() }
}

describe('whatever arrives together, repeats itself and fails', () => {
  it('no entry is acknowledged before it is stored, and none is stored twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 6 }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.array(fc.boolean(), { maxLength: 12 }),
        async (requests, failures) => {
          const { stored, acknowledged, stats } = await play(requests, failures)
          const times = stored.map((entry) => entry.recordedAtMs)
          expect(new Set(times).size).toBe(times.length)
          for (const { numbers, acceptedCount, duplicateCount, storedThen } of acknowledged) {
            expect(acceptedCount + duplicateCount).toBe(numbers.length)
            for (const number of numbers) expect(storedThen).toContainEqual(entryOf(number))
          }
          expect(stats.queuedEntryCount).toBe(0)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('every entry is acknowledged and accepted exactly once when nothing fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 6 }), {
          minLength: 1,
          maxLength: 12,
        }),
        async (requests) => {
          const { stored, acknowledged } = await play(requests, [])
          expect(acknowledged).toHaveLength(requests.length)
          const distinct = new Set(requests.flat())
          expect(stored).toHaveLength(distinct.size)
          expect(acknowledged.reduce((sum, { acceptedCount }) => sum + acceptedCount, 0)).toBe(
            distinct.size,
          )
        },
      ),
      { numRuns: 200 },
    )
  })
})
