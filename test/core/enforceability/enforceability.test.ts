import { describe, expect, it } from 'vitest'
import { destination } from '../../../geo/distance.ts'
import { assessEnforceability } from '../../../src/core/enforceability/enforceability.ts'
import type { EnforceabilityProposal } from '../../../src/core/enforceability/proposal.ts'
import { nothingKnown } from '../../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'

describe('the time a ban gives', () => {
  // Straight from the edge to the person at 5, 18 and 50 km/h.
  it.each([
    [100, 72, 20, 7],
    [350, 252, 70, 25],
    [500, 360, 100, 36],
    [1_000, 720, 200, 72],
    [2_000, 1_440, 400, 144],
    [5_000, 3_600, 1_000, 360],
    [10_000, 7_200, 2_000, 720],
  ])(
    'the time that a ban of %d m gives is %d s on foot, %d s by bicycle, %d s by car',
    (radiusMeters, walk, cycle, car) => {
      const { perTravelMode } = assess({ ban: circle(radiusMeters) })
      expect(perTravelMode.map(({ mode }) => mode)).toEqual(['walk', 'bicycle', 'car'])
      expect(perTravelMode.map(({ warningSeconds }) => Math.round(warningSeconds))).toEqual([
        walk,
        cycle,
        car,
      ])
    },
  )

  it('the time a ban gives is weighed against a minute to see, a minute to look and the police: 1,020 s', () => {
    const { perTravelMode } = assess({ ban: circle(1_000) })
    expect(perTravelMode.map(({ neededSeconds }) => neededSeconds)).toEqual([1_020, 1_020, 1_020])
  })

  it.each([
    // At the fastest that is plausible: 12, 32 and 150 km/h.
    [100, ['evidence-only', 'evidence-only', 'evidence-only']],
    [1_000, ['warn-victim', 'evidence-only', 'evidence-only']],
    [1_067, ['warn-victim', 'warn-victim', 'evidence-only']],
    [3_399, ['warn-victim', 'warn-victim', 'evidence-only']],
    [3_401, ['intercept', 'warn-victim', 'evidence-only']],
    [9_067, ['intercept', 'intercept', 'warn-victim']],
    [42_501, ['intercept', 'intercept', 'intercept']],
  ])('a distance of %d m to a person can do %j', (separationMeters, uses) => {
    const ban = { kind: 'proximity', separationMeters } as const
    const { perTravelMode } = assess({ ban, ...chain })
    expect(perTravelMode.map(({ canDo }) => canDo)).toEqual(uses)
  })

  it.each([
    [399, 'evidence-only'],
    [401, 'not-known'],
    [50_000, 'not-known'],
  ])(
    'an area of %d m without a map or a protected address promises nothing: on foot %s',
    (radiusMeters, use) => {
      expect(assess({ ban: circle(radiusMeters), ...chain }).perTravelMode[0]!.canDo).toBe(use)
    },
  )

  it.each([
    ['police', { ...chain, policeResponseSeconds: null }],
    ['monitor', { ...chain, reportIntervalSeconds: null }],
  ])('nothing promises that somebody is there in time while the %s is not known', (what, known) => {
    const ban = { kind: 'proximity', separationMeters: 50_000 } as const
    const assessment = assess({ ban, ...known })
    expect(assessment.perTravelMode.map(({ canDo }) => canDo)).not.toContain('intercept')
    const time = assessment.checks.find(({ code }) => code === 'E3')!
    expect(time).toMatchObject({ result: 'not-assessed', threshold: null })
    expect(time.sentence).toContain(what)
    expect(time.sentence).toContain('1020 s')
    expect(assessment.verdict).not.toBe('ENFORCEABLE')
  })

  it.each([
    // At a run 135 s: fifteen to see, sixty to look, and police within sixty at the best.
    [449, 'red'],
    [451, 'not-assessed'],
  ])(
    'a ban of %d m about which nothing is known is %s for its time',
    (separationMeters, result) => {
      const assessment = assess({ ban: { kind: 'proximity', separationMeters } })
      expect(resultOf(assessment, 'E3')).toBe(result)
    },
  )

  it('the time a ban gives is longer counted from the approach band, and shorter with police further away', () => {
    const [walk] = assess({ ban: circle(1_000), approachMeters: 500 }).perTravelMode
    expect(Math.round(walk!.approachWarningSeconds)).toBe(1_080)
    const far = assess({ ...chain, ban: near(5_000), policeResponseSeconds: 1_800 })
    expect(far.perTravelMode[0]!.canDo).toBe('warn-victim')
  })
})

describe('the verdict', () => {
  it('the verdict is not known while something is not known', () => {
    for (const unknown of [
      'victimConsents',
      'offenderFixedAddresses',
      'sashCompleted',
      'canCharge',
      'legalBasis',
      'victimCount',
      'reportIntervalSeconds',
      'hasDeskAroundTheClock',
      'victimAddressSecret',
    ] as const) {
      const assessment = assess({ ...good, [unknown]: null })
      expect([unknown, assessment.verdict]).toEqual([unknown, 'NOT_KNOWN'])
      expect(assessment.notAssessed.length).toBeGreaterThan(7)
    }
  })

  it('the verdict on a distance of two kilometres is yes within limits: it warns, and seldom intercepts', () => {
    const far = { victimAddresses: [{ ...addressAt(0), isSecret: false }] }
    const away = { offenderFixedAddresses: [addressAt(20_000)] }
    const { verdict, perTravelMode } = assess({ ...good, ...far, ...away, ban: near(2_000) })
    expect(verdict).toBe('ENFORCEABLE_WITH_LIMITS')
    expect(perTravelMode.map((mode) => mode.verdict)).toEqual([
      'ENFORCEABLE_WITH_LIMITS',
      'ENFORCEABLE_WITH_LIMITS',
      'NOT_ENFORCEABLE',
    ])
  })

  it('the verdict on a hundred metres is no', () => {
    const assessment = assess({ ...good, ban: { kind: 'proximity', separationMeters: 100 } })
    expect(assessment.verdict).toBe('NOT_ENFORCEABLE')
    expect(resultOf(assessment, 'E2')).toBe('red')
  })

  it('the verdict lists what nobody looked at', () => {
    const assessment = assess(good)
    expect(assessment.notAssessed).toEqual([
      'E2',
      'E3',
      'E6',
      'E7',
      'E8',
      'E10',
      'E12',
      'E15',
      'E18',
      'E19',
    ])
  })
})

describe('each check', () => {
  const halfSaid = { fromMs: 0, untilMs: null, reason: 'zitting' }

  it.each([
    ['E1', { victimConsents: true }, 'green'],
    ['E1', { victimConsents: false }, 'green'],
    ['E1', { victimConsents: false, ban: near(1_000) }, 'red'],
    ['E1', { victimConsents: null }, 'not-assessed'],
    ['E2', { ban: near(349) }, 'red'],
    ['E2', { ban: near(350) }, 'amber'],
    ['E2', { ban: near(999) }, 'amber'],
    ['E2', { ban: near(1_000) }, 'green'],
    ['E3', { ban: near(3_399) }, 'red'],
    ['E3', { ban: near(3_401) }, 'amber'],
    ['E3', { ban: near(9_066) }, 'amber'],
    ['E3', { ban: near(9_067) }, 'green'],
    ['E3', { ban: near(1_800), policeResponseSeconds: 80 }, 'green'],
    ['E3', { ban: circle(3_399) }, 'red'],
    ['E3', { ban: circle(50_000) }, 'not-assessed'],
    ['E4', { ban: near(1_249), reportIntervalSeconds: 60 }, 'amber'],
    ['E4', { ban: near(1_250), reportIntervalSeconds: 60 }, 'green'],
    ['E4', { ban: near(313), reportIntervalSeconds: 15 }, 'green'],
    ['E4', { ban: near(400), reportIntervalSeconds: 60 }, 'red'],
    ['E4', { reportIntervalSeconds: null }, 'not-assessed'],
    ['E5', { offenderFixedAddresses: null }, 'not-assessed'],
    ['E5', { offenderFixedAddresses: [] }, 'green'],
    ['E5', { ban: near(6_000), offenderFixedAddresses: [] }, 'not-assessed'],
    ['E9', { victimAddressSecret: true, distanceFromSecretAddressMeters: 249 }, 'red'],
    ['E9', { victimAddressSecret: true, distanceFromSecretAddressMeters: 250 }, 'not-assessed'],
    ['E9', { victimAddressSecret: true, distanceFromSecretAddressMeters: 6_001 }, 'red'],
    ['E9', { victimAddressSecret: true }, 'not-assessed'],
    ['E9', { victimAddressSecret: true, ban: near(6_000) }, 'green'],
    ['E9', { victimAddressSecret: null }, 'not-assessed'],
    ['E11', { isPoliceUnitNamed: false }, 'red'],
    ['E11', { hasDeskAroundTheClock: null }, 'not-assessed'],
    ['E13', { hasFixedAddress: false }, 'red'],
    ['E13', { canCharge: false }, 'amber'],
    ['E13', { canCharge: false, hasFixedAddress: null }, 'not-assessed'],
    ['E13', { canCharge: null }, 'not-assessed'],
    ['E14', { validUntilMs: days(90) }, 'green'],
    ['E14', { validUntilMs: days(91) }, 'amber'],
    ['E14', { validUntilMs: days(361) }, 'red'],
    ['E14', { validUntilMs: days(0) }, 'red'],
    ['E14', { legalBasis: null }, 'not-assessed'],
    ['E14', { supervisingBody: null }, 'not-assessed'],
    ['E14', { isMonitoringNamed: null }, 'not-assessed'],
    ['E14', { isMonitoringNamed: false }, 'red'],
    ['E14', { schedule: null }, 'not-assessed'],
    ['E14', { schedule: null, ban: near(6_000) }, 'green'],
    ['E14', { schedule: null, validUntilMs: days(361) }, 'red'],
    ['E14', { schedule: { weekly: null, exceptions: [halfSaid] } }, 'not-assessed'],
    ['E16', { sashCompleted: false }, 'amber'],
    ['E16', { sashCompleted: null }, 'not-assessed'],
    ['E17', { victimCount: 6 }, 'green'],
    ['E17', { victimCount: 7 }, 'amber'],
    ['E17', { victimCount: null }, 'not-assessed'],
  ] as const)('the check %s of %j is %s', (code, changes, result) => {
    expect(resultOf(assess({ ...good, ...changes }), code)).toBe(result)
  })

  it.each([
    [5_999, 'red'],
    [6_001, 'amber'],
    [6_529, 'amber'],
    [6_531, 'green'],
  ])('the check E5 of an address %d m from the middle of a ban of 6 km is %s', (gap, result) => {
    const assessment = assess({ ...good, offenderFixedAddresses: [addressAt(gap)] })
    expect(resultOf(assessment, 'E5')).toBe(result)
  })

  it('each check has a sentence, and none holds a coordinate', () => {
    const assessment = assess({ ...good, offenderFixedAddresses: [addressAt(100)] })
    for (const check of assessment.checks) {
      expect(check.sentence).toMatch(/\.$/)
      expect(check.sentence).not.toMatch(/\d+\.\d{3,}/)
    }
    const text = JSON.stringify(assessment)
    expect(text).not.toContain('52.')
    expect(text).not.toContain('4.89')
  })

  it('each check takes the largest circle that fits in a drawn area', () => {
    // A square of about 4 km: the person is at most 2 km from the edge.
    const geometry = { type: 'Polygon', coordinates: [squareRing(2_000)] } as const
    const assessment = assess({ ...good, ban: { kind: 'polygon', geometry } })
    const size = assessment.checks.find(({ code }) => code === 'E2')
    expect(Math.abs(Number(size?.value) - 2_000)).toBeLessThan(20)
  })
})

describe('a counter-proposal', () => {
  it('the counter-proposal to a hundred metres is the separation that police can keep up with', () => {
    const { counterProposal } = assess({ ...good, ban: near(100) })
    expect(counterProposal).toMatchObject({ separationMeters: 5_100, radiusMeters: null })
  })

  it('a counter-proposal leaves no red check red, whatever was proposed', () => {
    for (const radius of [50, 349, 500, 999, 1_400, 3_000]) {
      for (const reportIntervalSeconds of [15, 60, 120, 600]) {
        const proposal: EnforceabilityProposal = {
          ...good,
          ban: circle(radius),
          reportIntervalSeconds,
        }
        const before = assess(proposal)
        const { counterProposal } = before
        const red = before.checks.filter(({ result }) => result === 'red').map(({ code }) => code)
        if (red.length === 0) continue
        expect(counterProposal).not.toBeNull()
        const after = assess({
          ...proposal,
          ban: circle(counterProposal!.radiusMeters!),
          approachMeters: counterProposal!.approachMeters,
          reportIntervalSeconds: counterProposal!.reportIntervalSeconds,
        })
        const still = red.filter((code) => resultOf(after, code) === 'red')
        expect(still).toEqual([])
      }
    }
  })

  it('a counter-proposal is the smallest: ten metres less would leave one check short', () => {
    const { counterProposal } = assess({ ...good, ban: circle(100) })
    const smaller = assess({ ...good, ban: circle(counterProposal!.radiusMeters! - 10) })
    expect(resultOf(smaller, 'E3')).not.toBe('green')
  })

  it('a counter-proposal shrinks a circle to leave the address of the offender out', () => {
    const proposal = { ...good, ban: circle(9_000), offenderFixedAddresses: [addressAt(8_000)] }
    const { counterProposal } = assess(proposal)
    expect(counterProposal?.radiusMeters).toBe(7_470)
    const after = assess({ ...proposal, ban: circle(7_470) })
    expect(resultOf(after, 'E5')).toBe('green')
    expect(after.counterProposal).toBeNull()
  })

  it('a counter-proposal is not made, with the reason, when no size will do', () => {
    const home = assess({ ...good, offenderFixedAddresses: [addressAt(300)] })
    expect(home.counterProposal).toBeNull()
    expect(home.counterProposalReason).toContain('another measure')
    const consent = assess({ ...good, ban: near(6_000), victimConsents: false })
    expect(consent.counterProposal).toBeNull()
    expect(consent.counterProposalReason).toContain('consent')
  })
})

const middle = { longitude: 4.8952, latitude: 52.3702 }

const good: EnforceabilityProposal = {
  ...nothingKnown,
  ban: circle(6_000),
  approachMeters: 500,
  reportIntervalSeconds: 60,
  policeResponseSeconds: 900,
  legalBasis: 'prosecutor-behaviour-order',
  validFromMs: 0,
  validUntilMs: days(90),
  supervisingBody: 'Reclassering Nederland',
  isMonitoringNamed: true,
  schedule: { weekly: null, exceptions: [] },
  victimCount: 1,
  victimConsents: true,
  victimAddressSecret: false,
  offenderFixedAddresses: [],
  hasFixedAddress: true,
  canCharge: true,
  sashCompleted: true,
  hasDeskAroundTheClock: true,
  isPoliceUnitNamed: true,
}

const chain = { reportIntervalSeconds: 60, policeResponseSeconds: 900 }

function assess(changes: Partial<EnforceabilityProposal>) {
  const proposal = { ...nothingKnown, ban: circle(1_000), approachMeters: 500, ...changes }
  return assessEnforceability(proposal, defaultLimits)
}

function resultOf(assessment: ReturnType<typeof assess>, code: string): string | undefined {
  return assessment.checks.find((check) => check.code === code)?.result
}

function circle(radiusMeters: number) {
  return { kind: 'circle', ...middle, radiusMeters } as const
}

function near(separationMeters: number) {
  return { kind: 'proximity', separationMeters } as const
}

function days(count: number): number {
  return count * 86_400_000
}

function addressAt(gapMeters: number) {
  return { label: 'home', ...destination(middle.longitude, middle.latitude, 70, gapMeters) }
}

function squareRing(halfMeters: number): [number, number][] {
  const corner = (bearing: number): [number, number] => {
    const at = destination(middle.longitude, middle.latitude, bearing, halfMeters * Math.SQRT2)
    return [at.longitude, at.latitude]
  }
  return [corner(225), corner(135), corner(45), corner(315), corner(225)]
}
