import type { AlertKind } from '../../../src/core/model/alert.ts'
import type { StoryExpectation, StoryKind } from './case-stream.ts'
import { storyKinds } from './case-stream.ts'

/** What each kind of story needs, and what it must or must not lead to. */
export const storyCatalogue: Readonly<Record<StoryKind, StoryEntry>> = {
  'ban-stay-short': scripted('must-alert', ['location-ban-breach', 'location-ban-passage']),
  'ban-stay-long': scripted('must-alert', ['location-ban-breach']),
  'ban-stay-late-upload': scripted('must-alert', ['location-ban-breach', 'location-ban-passage']),
  'ban-passage': scripted('must-alert', ['location-ban-breach', 'location-ban-passage']),
  'ban-approach-stopped': scripted('must-not-alert-p1', banKinds()),
  'ban-border-living': standing('must-not-alert-p1', banKinds()),
  'ban-bus-stop': standing('must-not-alert-p1', banKinds()),
  'ban-passed-by': standing('must-not-alert-p1', banKinds()),
  'ban-permitted-visit': scripted('must-not-alert-p1', banKinds()),
  'pair-encounter': ofPair(scripted('must-alert', ['proximity-breach'])),
  'pair-following': ofPair(scripted('must-alert', ['proximity-breach'])),
  'pair-approach-stopped': ofPair(scripted('must-not-alert-p1', ['proximity-breach'])),
  'pair-same-train': ofPair(scripted('must-alert', ['proximity-breach', 'proximity-approach'])),
  'pair-same-motorway': ofPair(scripted('must-alert', ['proximity-breach', 'proximity-approach'])),
  'pair-opposite-lanes': ofPair(scripted('must-not-alert-p1', ['proximity-breach'])),
  'pair-apart': ofPair(standing('must-not-alert-p1', ['proximity-breach'])),
  'device-switched-off': happening('must-alert', ['device-silent', 'protection-degraded']),
  'victim-device-off': ofPair(happening('must-alert', ['device-silent', 'protection-degraded'])),
  'battery-neglected': happening('must-alert', ['battery-low', 'device-silent']),
  'strap-tamper': happening('must-alert', ['device-tamper']),
  panic: ofPair(happening('must-alert', ['panic'])),
  'link-lost': happening('must-alert', ['device-tamper']),
  'phone-at-rest': ofPair(standing('must-not-alert-p1', ['device-silent'])),
}

export type StoryEntry = {
  readonly form: StoryForm
  readonly needsVictim: boolean
  readonly expectation: StoryExpectation
  readonly alertKinds: readonly AlertKind[]
}

/** Played on its own day, true of the whole time, or done by or to a device amid everyday life. */
export type StoryForm = 'scripted' | 'standing' | 'happening'

/** The case's main story: every kind in turn, so that any so many cases in a row hold them all. */
export function kindOfCase(index: number): StoryKind {
  return storyKinds[index % storyKinds.length]!
}

function banKinds(): readonly AlertKind[] {
  return ['location-ban-breach', 'location-ban-passage']
}

function scripted(expectation: StoryExpectation, alertKinds: readonly AlertKind[]): StoryEntry {
  return { form: 'scripted', needsVictim: false, expectation, alertKinds }
}

function standing(expectation: StoryExpectation, alertKinds: readonly AlertKind[]): StoryEntry {
  return { form: 'standing', needsVictim: false, expectation, alertKinds }
}

function happening(expectation: StoryExpectation, alertKinds: readonly AlertKind[]): StoryEntry {
  return { form: 'happening', needsVictim: false, expectation, alertKinds }
}

function ofPair(entry: StoryEntry): StoryEntry {
  return { ...entry, needsVictim: true }
}
