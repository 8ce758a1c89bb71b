import { describe, expect, it } from 'vitest'
import { RefusedInput } from '../../src/errors.ts'
import { answerIntake, readElements } from '../../src/http/intake-exchange.ts'
import { fixReportOf, positionReader } from '../../src/schemas/position.ts'

const position = {
  serialNumber: 'AM-1',
  recordedAt: '2026-11-23T18:30:05Z',
  longitude: 4.8952,
  latitude: 52.3702,
}

function refusalOf(work: () => unknown): RefusedInput {
  try {
    work()
  } catch (error) {
    if (error instanceof RefusedInput) return error
    throw error
  }
  throw new Error('expected a refusal')
}

describe('the elements of a request', () => {
  it('the elements of a request are judged one by one and keep their places', () => {
    const { reports, refused } = readElements(
      positionReader,
      [position, 7, position, {}],
      fixReportOf,
    )
    expect(reports.map(({ index, serialNumber }) => [index, serialNumber])).toEqual([
      [0, 'AM-1'],
      [2, 'AM-1'],
    ])
    expect(refused.map(({ index, body }) => [index, body])).toEqual([
      [1, 7],
      [3, {}],
    ])
  })

  it('the elements of a request name ten of their faults at most', () => {
    const crowded = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`field${index}`, 1]),
    )
    const { refused } = readElements(positionReader, [{ ...position, ...crowded }], fixReportOf)
    expect(refused[0]?.reasons).toHaveLength(10)
  })

  it('the elements of a request never say a coordinate that came', () => {
    const wrong = [
      { ...position, longitude: '4.8952' },
      { ...position, latitude: 91.23456 },
      { ...position, longitude: [4.8952, 52.3702] },
      { ...position, serialNumber: '4.8952'.repeat(30) },
    ]
    const { refused } = readElements(positionReader, wrong, fixReportOf)
    expect(refused).toHaveLength(4)
    expect(JSON.stringify(refused.map(({ reasons }) => reasons))).not.toMatch(/4\.89|52\.37|91\.2/)
  })
})

describe('the answer to a request', () => {
  const reason = { field: 'latitude', code: 'out-of-range', detail: 'expected less' } as const
  const refused = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      index,
      reasons: [reason, { ...reason, field: 'longitude' }] as const,
      body: null,
    }))

  it('the answer to a request names what was not taken beside what was', () => {
    const answer = answerIntake(
      { acceptedCount: 1, duplicateCount: 2, refused: refused(1) },
      'positions',
    )
    expect(answer).toEqual({
      accepted: 1,
      duplicates: 2,
      rejected: [
        {
          index: 0,
          code: 'out-of-range',
          detail: 'latitude: expected less; longitude: expected less',
        },
      ],
    })
  })

  it('the answer to a request is no refusal when everything was taken before', () => {
    expect(
      answerIntake({ acceptedCount: 0, duplicateCount: 2, refused: refused(1) }, 'positions')
        .duplicates,
    ).toBe(2)
  })

  it('the answer to a request is a refusal with a pointer to every fault when nothing was taken', () => {
    const error = refusalOf(() =>
      answerIntake({ acceptedCount: 0, duplicateCount: 0, refused: refused(1) }, 'positions'),
    )
    expect(error).toMatchObject({ code: 'nothing-accepted', status: 400 })
    expect(error.faults.map(({ pointer }) => pointer)).toEqual([
      '/positions/0/latitude',
      '/positions/0/longitude',
    ])
  })

  it('the answer to a request still names each of a thousand elements', () => {
    const error = refusalOf(() =>
      answerIntake({ acceptedCount: 0, duplicateCount: 0, refused: refused(1_000) }, 'events'),
    )
    expect(error.faults).toHaveLength(1_000)
    expect(error.faults.at(-1)?.pointer).toBe('/events/999/latitude')
  })
})
