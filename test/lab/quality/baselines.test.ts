import { describe, expect, it } from 'vitest'
import type { BaselineRule } from '../../../lab/quality/baselines.ts'
import { filteredRule, judgeByBaseline, rawRule } from '../../../lab/quality/baselines.ts'
import { makeScenario } from '../../../lab/quality/make-scenario.ts'
import type { RecordedFix } from '../../../src/replay/importers/recording.ts'
import { circle, fixAt, startMs } from './quality-world.ts'

/** Seconds at which a breach began and ended, of a ban of 100 m around home. */
function tell(rule: BaselineRule, fixes: readonly RecordedFix[]): (number | null)[][] {
  const scenario = makeScenario({ fixes, reportIntervalSeconds: 60 }, [circle('ban', 0, 100)], [])
  return judgeByBaseline(scenario, rule).map(({ occurredAtMs, clearedAtMs }) => [
    seconds(occurredAtMs),
    clearedAtMs === null ? null : seconds(clearedAtMs),
  ])
}

function seconds(atMs: number): number {
  return (atMs - startMs) / 1000
}

const poor = { accuracyMeters: 51 }

describe('a raw polygon', () => {
  it('a raw polygon is broken by each fix inside and mended by each outside', () => {
    const fixes = [fixAt(0, 150), fixAt(60, 0), fixAt(120, 150), fixAt(180, 0)]
    expect(tell(rawRule, fixes)).toEqual([
      [60, 120],
      [180, null],
    ])
  })

  it('a raw polygon believes any accuracy', () => {
    expect(tell(rawRule, [fixAt(0, 0, 0, { accuracyMeters: 5_000 })])).toEqual([[0, null]])
  })
})

describe('a filtered polygon', () => {
  it('a filtered polygon asks for two fixes in a row, both ways', () => {
    const fixes = [0, 150, 0, 0, 150, 0, 150, 150].map((east, index) => fixAt(index * 60, east))
    expect(tell(filteredRule, fixes)).toEqual([[120, 360]])
  })

  it('a filtered polygon drops what claims worse than 50 m', () => {
    expect(tell(filteredRule, [fixAt(0, 0), fixAt(60, 0, 0, poor)])).toEqual([])
  })
})

it('two people are compared by their last positions, while those are recent', () => {
  const victim = {
    personId: 'vera',
    banId: 'pair',
    separationMeters: 500,
    reportIntervalSeconds: 60,
  }
  const judge = (gapSeconds: number) =>
    judgeByBaseline(
      makeScenario(
        { fixes: [fixAt(0, 0)], reportIntervalSeconds: 60 },
        [],
        [{ ...victim, fixes: [fixAt(gapSeconds, 400)] }],
      ),
      rawRule,
    )
  expect(judge(300)).toMatchObject([{ kind: 'proximity-breach', subjectId: 'pair' }])
  expect(judge(301)).toEqual([])
})
