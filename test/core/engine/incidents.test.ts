import { describe, expect, it } from 'vitest'
import {
  createIncidents,
  nameIncidents,
  restoreIncidents,
  takeIncidents,
  type Incidents,
} from '../../../src/core/engine/incidents.ts'
import type { AlertDraft, AlertRevision, Effect } from '../../../src/core/model/alert.ts'
import { draftAlert } from '../../../src/core/model/draft-alert.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'

const minuteMs = 60_000
const gapMs = defaultLimits.incidentGapMs

function raise(id: string, minutes: number, facts: Partial<AlertDraft> = {}): Effect {
  const kind = facts.kind ?? 'location-ban-breach'
  const occurredAtMs = minutes * minuteMs
  const draft = draftAlert(defaultLimits, {
    id,
    kind,
    offenderId: 'he',
    occurredAtMs,
    learnedAtMs: occurredAtMs,
    facts: {},
  })
  return { type: 'alert-raised', alert: { ...draft, ...facts } }
}

function end(alertId: string, minutes: number): Effect {
  const clearedAtMs = minutes * minuteMs
  return { type: 'alert-ended', alertId, clearedAtMs, learnedAtMs: clearedAtMs }
}

function revise(alertId: string, revision: AlertRevision): Effect {
  return { type: 'alert-revised', alertId, revision, learnedAtMs: 0 }
}

const lostAgain: AlertRevision = {
  kind: 'repeated',
  cause: 'lost-again',
  recordedAtMs: 20 * minuteMs,
  notSeenSinceMs: null,
  distanceMeters: null,
  probability: null,
  late: false,
  reason: 'Lost again.',
  isCall: true,
}

/** `alert=incident` of each that is raised. */
function name(incidents: Incidents, ...steps: readonly (Effect | Effect[])[]): string[] {
  return steps.flatMap((step) =>
    nameIncidents(incidents, [step].flat(), defaultLimits).flatMap((effect) =>
      effect.type === 'alert-raised' ? [`${effect.alert.id}=${effect.alert.incidentId}`] : [],
    ),
  )
}

describe('alerts of one offender', () => {
  it.each<[string, (Effect | Effect[])[], string]>([
    ['overlap', [raise('a', 0), raise('b', 300)], 'a=a b=a'],
    ['follow within the gap', [raise('a', 0), end('a', 5), raise('b', 35)], 'a=a b=a'],
    [
      'follow one that goes on again',
      [raise('a', 0), end('a', 5), revise('a', lostAgain), raise('b', 300)],
      'a=a b=a',
    ],
    ['follow later', [raise('a', 0), end('a', 5), raise('b', 35.001)], 'a=a b=b'],
    [
      'overlap through a third',
      [raise('a', 0), raise('b', 4), end('a', 5), raise('c', 90)],
      'a=a b=a c=a',
    ],
    ['are of two people', [raise('a', 0), raise('b', 1, { offenderId: 'other' })], 'a=a b=b'],
    ['are of nobody', [raise('a', 0, { offenderId: null }), raise('b', 1)], 'a=a b=b'],
    ['are of the calendar', [raise('a', 0, { kind: 'order-ending' }), raise('b', 1)], 'a=a b=b'],
    [
      'are moments',
      [raise('a', 0, { kind: 'panic' }), raise('b', 30, { kind: 'panic' }), raise('c', 61)],
      'a=a b=a c=c',
    ],
    [
      'came in late, and ended long before',
      [raise('a', 10_000), [raise('b', 0), end('b', 10)], raise('c', 10_010)],
      'a=a b=b c=a',
    ],
    [
      'came in late, and go on',
      [raise('a', 10_000), raise('b', 0), end('a', 10_001), raise('c', 20_000)],
      'a=a b=a c=a',
    ],
    [
      'are not borne out',
      [raise('a', 0), revise('a', { kind: 'unsupported', reason: '' }), raise('b', 31)],
      'a=a b=b',
    ],
    [
      'go on after all',
      [raise('a', 0), end('a', 5), revise('a', { kind: 'reopened' }), raise('b', 500)],
      'a=a b=a',
    ],
    [
      'happen again',
      [
        raise('a', 0, { kind: 'panic' }),
        revise('a', { kind: 'repeated', recordedAtMs: 20 * minuteMs }),
        raise('b', 50),
      ],
      'a=a b=a',
    ],
    ['are raised once more', [raise('a', 0), raise('b', 5), raise('a', 0)], 'a=a b=a a=a'],
  ])('alerts of one offender that %s', (_title, steps, expected) => {
    expect(name(createIncidents(), ...steps).join(' ')).toBe(expected)
  })

  it('alerts of one offender go on in their incidents after a restart', () => {
    const before = createIncidents()
    name(before, raise('a', 0), raise('b', 5), end('a', 6))
    const after = createIncidents()
    for (const { offenderId, state } of takeIncidents(before)) {
      restoreIncidents(after, offenderId, state)
    }
    expect(takeIncidents(before)).toEqual([])
    const steps = [raise('a', 0), end('b', 7), raise('c', 37), end('c', 38), raise('d', 69)]
    expect(name(after, ...steps)).toEqual(['a=a', 'c=a', 'd=d'])
    expect(name(before, ...steps)).toEqual(['a=a', 'c=a', 'd=d'])
  })

  it('alerts of one offender are remembered for a bounded number of incidents', () => {
    const incidents = createIncidents()
    const spacing = (2 * gapMs) / minuteMs
    name(incidents, [raise('old', 0), end('old', 1)])
    for (let count = 1; count <= 1_000; count++) {
      const minutes = count * spacing
      name(incidents, [raise(`x${count}`, minutes), end(`x${count}`, minutes + 1)])
    }
    expect(incidents.byOffender.get('he')).toHaveLength(defaultLimits.incidentKeptCountMax)
    expect(incidents.stretchByAlert.size).toBe(defaultLimits.incidentKeptCountMax)
  })
})
