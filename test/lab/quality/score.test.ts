import { describe, expect, it } from 'vitest'
import { addScores, quantile, scoreSubject } from '../../../lab/quality/score.ts'
import { alert, startMs, stretch, subject, truth } from './quality-world.ts'

describe('a true stay', () => {
  it('a true stay is found by an alert during it, and its delays are counted from both beginnings', () => {
    const revealedAtMs = startMs + 1_040_000
    const told = [alert(1_050, 2_000)]
    const score = scoreSubject(subject([truth(1_000, 2_000, { revealedAtMs })]), told)
    expect(score).toMatchObject({ dueCount: 1, foundCount: 1, repeats: 0, trueAlerts: 1 })
    expect(score.fromEventMs).toEqual([50_000])
    expect(score.fromRevealedMs).toEqual([10_000])
    expect(score.fromRevealedIntervals).toEqual([10 / 30])
  })

  it('a true stay is found by a passage as well, and not by an approach', () => {
    const truths = [truth(1_000, 2_000)]
    const passage = alert(1_500, 1_500, { kind: 'location-ban-passage', priority: 'P2' })
    const approach = alert(1_500, 1_900, { kind: 'location-ban-approach', priority: 'P2' })
    expect(scoreSubject(subject(truths), [passage]).foundCount).toBe(1)
    expect(scoreSubject(subject(truths), [approach])).toMatchObject({
      foundCount: 0,
      missed: truths,
    })
  })

  it('a true stay is missed when nothing is reported within the tolerance, and found at its edge', () => {
    const truths = [truth(1_000, 2_000)]
    expect(scoreSubject(subject(truths), [alert(2_061, 2_100)]).foundCount).toBe(0)
    expect(scoreSubject(subject(truths), [alert(2_060, 2_100)]).foundCount).toBe(1)
    expect(scoreSubject(subject(truths), [alert(800, 939)]).foundCount).toBe(0)
  })

  it('a true stay is not found by an alert of another ban', () => {
    const other = alert(1_000, 2_000, { subjectId: 'another' })
    expect(scoreSubject(subject([truth(1_000, 2_000)]), [other])).toMatchObject({
      foundCount: 0,
      falseAlerts: [],
    })
  })

  it('a true stay counts every alert after the first as a repeat, and an ending in its midst as false', () => {
    const told = [alert(1_000, 1_300), alert(1_500, 2_000)]
    const score = scoreSubject(subject([truth(1_000, 2_000)]), told)
    expect(score).toMatchObject({ foundCount: 1, repeats: 1, falseClears: 1, trueAlerts: 2 })
  })

  it('a true stay counts an ending that was taken up again as false all the same', () => {
    const reopened = alert(1_000, null, { clears: [startMs + 1_300_000] })
    const score = scoreSubject(subject([truth(1_000, 2_000)]), [reopened])
    expect(score).toMatchObject({ repeats: 0, falseClears: 1 })
  })

  it('a true stay that is not due is neither missed nor found, and makes its alert no false one', () => {
    const score = scoreSubject(subject([truth(1_000, 1_030, { isDue: false })]), [
      alert(1_010, 1_100),
    ])
    expect(score).toMatchObject({ dueCount: 0, foundCount: 0, missed: [], falseAlerts: [] })
  })
})

it('a true episode that no fixes show is counted apart', () => {
  const truths = [truth(1_000, 2_000, { isDue: false, isUnseen: true })]
  expect(scoreSubject(subject(truths), [])).toMatchObject({ unseenCount: 1, unseenFoundCount: 0 })
  const told = scoreSubject(subject(truths), [alert(1_500, 1_600)])
  expect(told).toMatchObject({ dueCount: 0, unseenFoundCount: 1, falseAlerts: [] })
})

it('an alert while nothing true was so is false where that is known, else unjudged', () => {
  const told = [alert(100, 200), alert(5_000, 5_100)]
  const score = scoreSubject(subject([], { known: [stretch(0, 1_000)] }), told)
  expect(score.falseAlerts).toEqual([told[0]])
  expect(score.unjudgedAlerts).toBe(1)
})

it('the scores of stays add up', () => {
  const one = scoreSubject(subject([truth(1_000, 2_000)]), [
    alert(1_000, 1_200),
    alert(1_500, 2_000),
  ])
  const other = scoreSubject(subject([truth(1_000, 2_000)]), [alert(9_000, 9_100)])
  const sum = addScores([one, other])
  expect(sum).toMatchObject({ dueCount: 2, foundCount: 1, repeats: 1, watchedMs: 20_000_000 })
  expect(sum.missed).toHaveLength(1)
  expect(sum.falseAlerts).toHaveLength(1)
})

it('a quantile is a value that was measured', () => {
  expect(quantile([], 0.5)).toBeNull()
  expect(quantile([3, 1, 2, 4], 0.5)).toBe(2)
  expect(quantile([3, 1, 2, 4], 0.95)).toBe(4)
  expect(quantile([3, 1, 2, 4], 1)).toBe(4)
})
