import type { StoryDraft } from './case-draft.ts'
import type { StoryExpectation, TrueStory } from './case-stream.ts'
import { storyCatalogue } from './story-catalogue.ts'
import type { Ledger } from '../truth/truth-ledger.ts'

/**
 * The stories as they went. A violation that came to nothing, because somebody was late, is left
 * out; a near-violation in whose time there was a true one after all may be alerted.
 */
export function settleStories(
  stories: readonly StoryDraft[],
  { stays, meetings }: Pick<Ledger, 'stays' | 'meetings'>,
): TrueStory[] {
  const events = [
    ...stays
      .filter(({ stay }) => stay.isForbidden)
      .map(({ stay }) => ({ ...stay, banId: stay.locationBanId })),
    ...meetings.map((meeting) => ({ ...meeting, banId: meeting.proximityBanId })),
  ]
  const settled: TrueStory[] = []
  for (const draft of stories) {
    const { day: _day, victimLeavesMs: _leaves, victimArrivesMs: _arrives, ...story } = draft
    const startMs = Math.round(story.startMs)
    const endMs = Math.round(story.endMs)
    const banId = story.locationBanId ?? story.proximityBanId
    const isTrue = events.some(
      (event) => event.banId === banId && event.startMs <= endMs && event.endMs >= startMs,
    )
    if (!isTrue && isViolation(draft)) continue
    settled.push({ ...story, startMs, endMs, expectation: expectationOf(draft, isTrue) })
  }
  return settled
}

function isViolation({ kind }: StoryDraft): boolean {
  const { form, expectation } = storyCatalogue[kind]
  return form === 'scripted' && expectation === 'must-alert'
}

function expectationOf({ kind, expectation }: StoryDraft, isTrue: boolean): StoryExpectation {
  // Two who pass on a motorway are within the distance for true, and still no case for the police.
  const isNear = expectation === 'must-not-alert-p1' && kind !== 'pair-opposite-lanes'
  return isNear && isTrue ? 'may-alert' : expectation
}
