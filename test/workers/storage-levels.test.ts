import { describe, expect, it } from 'vitest'
import { hoursLeftBy, judgeDatabase, judgeDisk } from '../../workers/storage-levels.ts'

const hourMs = 3_600_000
const gigabyte = 1024 ** 3

/** A sample a minute, over so many hours, of a disk that ends with so much and shrinks evenly. */
function shrinking(hours: number, freeAtEnd: number, perHour: number) {
  return Array.from({ length: hours * 60 + 1 }, (_, minute) => ({
    atMs: (minute / 60) * hourMs,
    freeBytes: (freeAtEnd + perHour * (hours - minute / 60)) * gigabyte,
  }))
}

const priorityOf = (samples: Parameters<typeof judgeDisk>[0]) =>
  judgeDisk(samples)?.priority ?? null

describe('the disk', () => {
  it.each([
    // Hours watched, gigabytes left, gigabytes an hour.
    [7, 73, 1, null],
    [7, 71, 1, 'P3'],
    [7, 25, 1, 'P3'],
    [7, 23, 1, 'P2'],
    [7, 41, 10, 'P2'],
    [7, 39, 10, 'P1'],
    [7, 71, 0, null],
    [7, 71, -1, null],
  ] as const)(
    'the disk watched for %d hours with %d GB left that shrinks by %d GB an hour is told as %s',
    (hours, left, perHour, priority) => {
      expect(priorityOf(shrinking(hours, left, perHour))).toBe(priority)
    },
  )

  it.each([
    [5.1, null],
    [4.9, 'P3'],
    [1.9, 'P2'],
    [0.9, 'P1'],
  ] as const)('the disk with %d GB left is told as %s, whatever the pace', (left, priority) => {
    expect(priorityOf(shrinking(0, left, 0))).toBe(priority)
  })

  it('the disk is not told of days by a burst of minutes: each horizon looks back a twelfth of itself', () => {
    const steady = shrinking(6, 71, 0)
    const burst = Array.from({ length: 10 }, (_, minute) => ({
      atMs: (6 + (minute + 1) / 60) * hourMs,
      freeBytes: (71 - 0.1 * (minute + 1)) * gigabyte,
    }))
    expect(priorityOf([...steady, ...burst])).toBeNull()
    // Twenty minutes at that pace, with an hour left, is somebody who comes now.
    expect(priorityOf(shrinking(1, 10, 6))).toBe('P1')
  })

  it('the hours left are not known before the disk was watched long enough', () => {
    expect(hoursLeftBy(shrinking(1, 10, 1), 2)).toBeNull()
    expect(hoursLeftBy(shrinking(2, 10, 1), 2)).toBe(10)
    expect(hoursLeftBy([], 2)).toBeNull()
  })
})

describe('the database', () => {
  const well = { bytes: 1e9, connectionShare: 0.79, sequenceShare: 0.49, partitionDaysAhead: 1 }
  it.each([
    [{}, []],
    [{ connectionShare: 0.8 }, [['connections', 'P2']]],
    [{ connectionShare: 0.95 }, [['connections', 'P1']]],
    [{ sequenceShare: 0.5 }, [['sequences', 'P3']]],
    [{ sequenceShare: 0.96 }, [['sequences', 'P1']]],
    [{ partitionDaysAhead: 0 }, [['partitions', 'P3']]],
    [{ partitionDaysAhead: null }, []],
  ] as const)('the database with %j is told as %j', (given, told) => {
    const found = judgeDatabase({ ...well, ...given })
    expect(found.map(({ store, priority }) => [store, priority])).toEqual(told)
  })
})
