import { describe, expect, it } from 'vitest'
import { addCaseScores, addIncidents, scoreCase } from '../../../lab/quality/score-case.ts'
import type { CaseScore } from '../../../lab/quality/score-case.ts'
import type { Told, Trial, Truth } from '../../../lab/quality/trial.ts'
import { createFixColumns } from '../../../src/replay/fix-columns.ts'
import type { CaseTruth } from '../../../lab/simulate/cases/case-stream.ts'
import { alert, nothingTrue, startMs, stretch, subject, truth } from './quality-world.ts'

const daySeconds = 86_400

/** Two days of one case with one ban. */
function score(
  told: readonly Told[],
  known: Partial<CaseTruth> = {},
  truths: readonly Truth[] = [],
  incidents: readonly Told[] = [],
): CaseScore {
  const registry = {
    vendors: [],
    persons: [],
    devices: ['monitor', 'pendant'].map((id) => ({
      id,
      vendorId: 'vendor',
      serialNumber: id,
      kind: 'ankle-monitor' as const,
      reportIntervalSeconds: 60,
    })),
    deviceAssignments: [],
    protectionOrders: [],
  }
  const trial: Trial = {
    name: 'case',
    source: 'case',
    half: 'tuning',
    scenario: { registry, fixes: createFixColumns(), deviceEvents: [] },
    untilMs: null,
    subjects: [subject(truths, { known: [stretch(0, 2 * daySeconds)] })],
    truthTrack: null,
  }
  return scoreCase(trial, { ...nothingTrue, ...known }, told, incidents)
}

const silent = (from: number, until: number | null): Told =>
  alert(from, until, {
    kind: 'device-silent',
    priority: 'P2',
    deviceId: 'monitor',
    subjectId: null,
  })

const silence = (from: number, until: number) =>
  ({
    ...stretch(from, until),
    deviceId: 'monitor',
    personId: 'otto',
    cause: 'switched-off',
    lastHeardMs: startMs + from * 1000,
    heardAgainMs: startMs + until * 1000,
  }) as const

it('a human must handle P1 and P2, each alert once', () => {
  const told = [
    alert(10, 20),
    silent(30, 40),
    alert(50, 60, { kind: 'battery-low', priority: 'P3' }),
  ]
  expect(score(told)).toMatchObject({ caseDays: 2, deviceDays: 4, alerts: 3, humanAlerts: 2 })
})

describe('precision', () => {
  it('the precision of a breach is by the truth of its ban', () => {
    const result = score([alert(1_000, 1_500), alert(9_000, 9_500)], {}, [truth(1_000, 2_000)])
    expect(result.kinds['location-ban-breach']).toEqual({ trueCount: 1, falseCount: 1 })
    expect(result).toMatchObject({ p1True: 1, p1False: 1, falseVictimAlerts: 0 })
  })

  it('the precision of a proximity breach counts the false ones as false victim notifications', () => {
    const told = [alert(1_000, 1_500, { kind: 'proximity-breach' })]
    expect(score(told).falseVictimAlerts).toBe(1)
    expect(score(told, {}, [truth(1_000, 1_500)]).falseVictimAlerts).toBe(0)
  })

  it('the precision of an approach is by the true approaches of the same ban', () => {
    const told = [alert(1_000, 1_500, { kind: 'location-ban-approach', priority: 'P2' })]
    const approach = {
      ...stretch(900, 1_100),
      proximityBanId: null,
      nearestMeters: 1,
      storyKey: null,
    }
    const near = { approaches: [{ ...approach, locationBanId: 'ban' }] }
    const elsewhere = { approaches: [{ ...approach, locationBanId: 'another' }] }
    expect(score(told, near).kinds['location-ban-approach']?.trueCount).toBe(1)
    expect(score(told, elsewhere).kinds['location-ban-approach']?.falseCount).toBe(1)
  })

  it('the precision of a panic call is by a panic that was pressed', () => {
    const told = [alert(1_000, null, { kind: 'panic', subjectId: null })]
    const fact = {
      deviceId: 'pendant',
      personId: 'vera',
      recordedAtMs: startMs + 990_000,
      receivedAtMs: 0,
    }
    expect(score(told, { deviceFacts: [{ ...fact, kind: 'panic' }] }).p1True).toBe(1)
    expect(score(told, { deviceFacts: [{ ...fact, kind: 'strap-tamper' }] }).p1False).toBe(1)
  })
})

describe('a silence', () => {
  it('a silence that is reported is neither missed nor false', () => {
    expect(score([silent(2_000, 9_000)], { silences: [silence(1_000, 9_000)] })).toMatchObject({
      silencesDue: 1,
      silencesMissed: 0,
      falseSilences: 0,
    })
  })

  it('a silence that nobody reports is missed, unless it is shorter than a few reports', () => {
    expect(score([], { silences: [silence(1_000, 9_000)] }).silencesMissed).toBe(1)
    expect(score([], { silences: [silence(1_000, 1_200)] }).silencesDue).toBe(0)
  })

  it('a silence of a device out of reach need not be found', () => {
    const silences = [{ ...silence(1_000, 9_000), cause: 'dead-zone' as const }]
    expect(score([], { silences }).silencesDue).toBe(0)
    expect(score([silent(2_000, 9_000)], { silences }).falseSilences).toBe(0)
  })

  it('a silence is reported by the incident of its own vendor, which is no load of the case', () => {
    const silences = [silence(1_000, 9_000)]
    const incident = (vendorId: string) =>
      alert(1_500, 9_000, { kind: 'vendor-silent', subjectId: null, vendorId })
    const own = score([], { silences }, [], [incident('vendor')])
    expect(own).toMatchObject({ silencesMissed: 0, alerts: 0, unknownMs: 7_500_000 })
    const other = score([], { silences }, [], [incident('another')])
    expect(other).toMatchObject({ silencesMissed: 1, alerts: 0, unknownMs: 0 })
    expect(addIncidents(own, [incident('vendor')])).toMatchObject({ alerts: 1, humanAlerts: 1 })
  })

  it('a silence reported of a device that was heard is false', () => {
    expect(score([silent(2_000, 2_100)]).falseSilences).toBe(1)
  })
})

it('the time of a case is unknown while at least one such alert is open, counted once', () => {
  const told = [silent(1_000, 2_000), silent(1_500, 3_000), silent(2 * daySeconds - 100, null)]
  expect(score(told).unknownMs).toBe(2_100_000)
})

describe('a story', () => {
  const story = {
    ...stretch(1_000, 2_000),
    key: 'story',
    kind: 'ban-stay-long',
    alertKinds: ['location-ban-breach'],
    locationBanId: 'ban',
    proximityBanId: null,
    deviceId: null,
  } as const

  it('a story that must alert is answered or named', () => {
    const stories = [{ ...story, expectation: 'must-alert' as const }]
    expect(score([alert(1_500, 1_600)], { stories }).stories['ban-stay-long']).toEqual({
      mustCount: 1,
      answered: 1,
      falseP1: 0,
    })
    expect(score([], { stories }).unansweredStories).toEqual(['case-0001 story'])
  })

  it('a story that must not alert at P1 counts those that did', () => {
    const stories = [{ ...story, expectation: 'must-not-alert-p1' as const }]
    const told = [alert(1_500, 1_600), alert(1_700, 1_800, { priority: 'P2' })]
    expect(score(told, { stories }).stories['ban-stay-long']?.falseP1).toBe(1)
  })
})

it('the scores of cases add up', () => {
  const sum = addCaseScores([score([alert(10, 20)]), score([silent(30, 40)])])
  expect(sum).toMatchObject({ caseDays: 4, alerts: 2, falseSilences: 1, p1False: 1 })
  expect(sum.kinds).toEqual({
    'location-ban-breach': { trueCount: 0, falseCount: 1 },
    'device-silent': { trueCount: 0, falseCount: 1 },
  })
})
