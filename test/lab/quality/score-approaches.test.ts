import { describe, expect, it } from 'vitest'
import { appendFix, createFixColumns } from '../../../src/replay/fix-columns.ts'
import type { CaseTruth, TrueApproach } from '../../../lab/simulate/cases/case-stream.ts'
import { countApproaches } from '../../../lab/quality/score-approaches.ts'
import type { Told, Trial } from '../../../lab/quality/trial.ts'
import { makeBan, makeFix, makeOrder } from '../../core/engine-world.ts'
import { alert, nothingTrue, startMs, stretch } from './quality-world.ts'

const near: TrueApproach = {
  ...stretch(1_000, 1_600),
  locationBanId: 'ban',
  proximityBanId: null,
  nearestMeters: 100,
  storyKey: null,
}

/** One ban with a band of 500 m; the offender's fixes at these seconds. */
function count(
  approaches: readonly TrueApproach[],
  told: readonly Told[],
  seconds: readonly number[],
  truth: Partial<CaseTruth> = {},
  validFromMs = 0,
) {
  const fixes = createFixColumns()
  for (const second of seconds) {
    appendFix(fixes, makeFix(0, 0, 0, { recordedAtMs: startMs + second * 1000 }))
  }
  const trial: Trial = {
    name: 'case',
    source: 'case',
    half: 'tuning',
    scenario: {
      registry: {
        vendors: [],
        persons: [],
        devices: [],
        deviceAssignments: [
          {
            id: 'assignment',
            deviceId: 'offender-device',
            personId: 'offender',
            validFromMs: 0,
            validUntilMs: null,
          },
        ],
        protectionOrders: [
          makeOrder({ validFromMs, validUntilMs: 1e14, locationBans: [makeBan()] }),
        ],
      },
      fixes,
      deviceEvents: [],
    },
    untilMs: null,
    subjects: [],
    truthTrack: null,
  }
  return countApproaches(trial, { ...nothingTrue, approaches, ...truth }, told)
}

const told = [alert(1_100, 1_500, { kind: 'location-ban-approach', subjectId: 'ban' })]

describe('a true approach', () => {
  it('a true approach is due when a good fix of it was sent, and found when it was reported', () => {
    expect(count([near], told, [1_200])).toEqual({ dueCount: 1, foundCount: 1 })
    expect(count([near], [], [1_200])).toEqual({ dueCount: 1, foundCount: 0 })
  })

  it('a true approach that was reported of another ban is not found', () => {
    const other = [{ ...told[0]!, subjectId: 'another' }]
    expect(count([near], other, [1_200])).toEqual({ dueCount: 1, foundCount: 0 })
  })

  it('a true approach is not due of a person of whom nothing was sent, nor when all that was sent was wrong', () => {
    expect(count([near], [], [900, 1_700]).dueCount).toBe(0)
    const distortions = [
      { ...stretch(1_150, 1_250), deviceId: 'offender-device', kind: 'frozen' as const },
    ]
    expect(count([near], [], [1_200], { distortions }).dueCount).toBe(0)
  })

  it('a true approach is not due at the rim, for seconds, or while the ban is not in force', () => {
    expect(count([{ ...near, nearestMeters: 401 }], [], [1_200]).dueCount).toBe(0)
    expect(count([{ ...near, ...stretch(1_000, 1_059) }], [], [1_020]).dueCount).toBe(0)
    expect(count([near], [], [1_200], {}, startMs + 2_000_000).dueCount).toBe(0)
  })
})
