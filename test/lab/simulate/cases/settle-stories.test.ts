import { describe, expect, it } from 'vitest'
import { compileCircle } from '../../../../geo/ban-shape.ts'
import type { StoryDraft } from '../../../../lab/simulate/cases/case-draft.ts'
import type { StoryKind } from '../../../../lab/simulate/cases/case-stream.ts'
import { settleStories } from '../../../../lab/simulate/cases/settle-stories.ts'
import { storyCatalogue } from '../../../../lab/simulate/cases/story-catalogue.ts'
import type { DraftMeeting, DraftStay } from '../../../../lab/simulate/truth/truth-ledger.ts'
import { nothingRevealed } from '../../../../lab/simulate/truth/truth-ledger.ts'

describe('a story, settled by what truly happened', () => {
  it('a settled story is left out when it was to be a violation and came to nothing', () => {
    expect(settle('ban-stay-short', 'ban-1', [], [])).toEqual([])
    expect(settle('ban-stay-short', 'ban-1', [stay('ban-1', 100, 200)], [])).toHaveLength(1)
    expect(settle('ban-stay-short', 'ban-1', [stay('ban-2', 100, 200)], [])).toEqual([])
    expect(settle('ban-stay-short', 'ban-1', [stay('ban-1', 1_001, 1_200)], [])).toEqual([])
  })

  it('a settled story may be alerted when it was to be near and there was a violation in its time', () => {
    const expectationOf = (stays: DraftStay[]) =>
      settle('ban-approach-stopped', 'ban-1', stays, [])[0]!.expectation
    expect(expectationOf([])).toBe('must-not-alert-p1')
    expect(expectationOf([stay('ban-1', 100, 200)])).toBe('may-alert')
    expect(expectationOf([{ ...stay('ban-1', 100, 200), isForbidden: false }])).toBe(
      'must-not-alert-p1',
    )
  })

  it('a settled story keeps its expectation in opposite lanes, where two do meet for seconds', () => {
    const [story] = settle('pair-opposite-lanes', 'pair-1', [], [meeting('pair-1', 100, 116)])
    expect(story!.expectation).toBe('must-not-alert-p1')
  })
})

function settle(kind: StoryKind, banId: string, stays: DraftStay[], meetings: DraftMeeting[]) {
  const isPair = kind.startsWith('pair')
  const story: StoryDraft = {
    key: 'story',
    kind,
    day: 1,
    startMs: 0,
    endMs: 1_000,
    victimLeavesMs: 0,
    victimArrivesMs: 0,
    expectation: storyCatalogue[kind].expectation,
    alertKinds: storyCatalogue[kind].alertKinds,
    locationBanId: isPair ? null : banId,
    proximityBanId: isPair ? banId : null,
    deviceId: null,
  }
  const shape = compileCircle(5, 52, 300)
  return settleStories([story], { stays: stays.map((each) => ({ stay: each, shape })), meetings })
}

function stay(locationBanId: string, startMs: number, endMs: number): DraftStay {
  return {
    locationBanId,
    protectionOrderId: 'order',
    startMs,
    endMs,
    deepestMeters: 200,
    isForbidden: true,
    storyKey: null,
    ...nothingRevealed,
  }
}

function meeting(proximityBanId: string, startMs: number, endMs: number): DraftMeeting {
  return {
    proximityBanId,
    protectionOrderId: 'order',
    victimId: 'victim',
    startMs,
    endMs,
    nearestMeters: 30,
    separationMeters: 500,
    storyKey: null,
    ...nothingRevealed,
  }
}
