import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { judgeChecks } from '../../../src/core/enforceability/judge-proposal.ts'
import { standOnGround, type Ground } from '../../../src/core/enforceability/ground.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { EnforceabilityProposal } from '../../../src/core/enforceability/proposal.ts'
import { drawProvince, workedCases } from './worked-cases.ts'

/**
 * Every number of the limits that the checks may read, at a fifth and at five times: which checks
 * of the worked cases are no longer word for word the same. What no check names changes none.
 */
const moves: Readonly<Record<string, string>> = {
  addressMarginMeters: 'E5',
  buildingMetersMax: 'E10',
  callsPerDayAmberMax: 'E15',
  callsPerDayGreenMax: 'E15',
  cutOffAddressCountMax: 'E6',
  dailyLifeSeconds: 'E18',
  deliveryMsMax: 'E8',
  deliveryShareAmberMin: 'E8',
  deliveryShareGreenMin: 'E8',
  detectionSecondsUnknown: 'E3',
  doorToDoorMetersMin: 'E10',
  fixesPerCrossingCountMin: 'E4',
  hiddenAmongAddressCountMin: 'E9',
  policeResponseSecondsMin: 'E3',
  policeResponseSecondsUnknown: 'E3',
  receptionAccuracyMetersMax: 'E7',
  receptionDayCountMin: 'E7 E8',
  receptionFixCountMin: 'E7 E8',
  receptionShareAmberMin: 'E7',
  receptionShareGreenMin: 'E7',
  reportIntervalSecondsMin: 'E3',
  secretAddressMetersMin: 'E9',
  separationMetersAdvisedMin: 'E2',
  verificationSeconds: 'E3',
  victimsPerOffenderAdvisedMax: 'E17',
  workableReachMetersMin: 'E2',
}

const load = {
  perDayMedian: 0.6,
  perDayWorst: 1,
  passagesPerWeek: 3,
  causes: [],
  weekCount: 4,
  seedCount: 5,
  isRecorded: false,
}
const reception = {
  fixCount: 400,
  dayCount: 8,
  accurateShareResting: 0.8,
  accurateShareMoving: 0.8,
  expectedCount: 400,
  inTimeCount: 360,
}
const lessKnown: readonly Partial<EnforceabilityProposal>[] = [
  {},
  { policeResponseSeconds: null },
  { policeResponseSeconds: null, reportIntervalSeconds: null },
]

let asked: readonly { readonly proposal: EnforceabilityProposal; readonly ground: Ground }[]
beforeAll(async () => {
  const known = { map: await drawProvince(), areas: null }
  asked = workedCases.flatMap(({ proposal }, index) => {
    const ground = standOnGround(known, proposal, defaultLimits)
    // What nobody said matters alike to each: five hundred metres stand for all.
    return (index === 2 ? lessKnown : [{}]).map((less) => ({
      proposal: {
        ...proposal,
        ban: halved(proposal.ban),
        predictedLoad: load,
        reception,
        ...less,
      },
      ground,
    }))
  })
}, 60_000)

it('each threshold at a fifth and at five times changes the check that names it, and no other', () => {
  const before = answer(defaultLimits)
  const names = namesOfNumbers()
  expect(names.length).toBeGreaterThan(40)
  const found = names.flatMap((name) => {
    const changed = new Set<string>()
    for (const factor of [0.2, 5]) {
      const value = Number(Object.entries(defaultLimits).find(([one]) => one === name)?.[1])
      const after = answer({ ...defaultLimits, [name]: value * factor })
      for (const [at, text] of after.entries()) {
        if (text !== before[at]) changed.add(text.slice(0, text.indexOf(' ')))
      }
    }
    return changed.size === 0 ? [] : [[name, [...changed].toSorted().join(' ')]]
  })
  expect(Object.fromEntries(found)).toEqual(moves)
})

/** An area of half the height and width names the same thresholds in a quarter of the time. */
function halved(ban: EnforceabilityProposal['ban']): EnforceabilityProposal['ban'] {
  if (ban.kind !== 'polygon' || ban.geometry.type !== 'Polygon') return ban
  const [[south, , north] = []] = ban.geometry.coordinates
  const half = (at: 0 | 1, degrees: number) =>
    ((south?.[at] ?? 0) + (north?.[at] ?? 0) + 2 * degrees) / 4
  const coordinates = ban.geometry.coordinates.map((ring) =>
    ring.map(([x, y]): [number, number] => [half(0, x), half(1, y)]),
  )
  return { kind: 'polygon', geometry: { type: 'Polygon', coordinates } }
}

function answer(limits: typeof defaultLimits): string[] {
  return asked.flatMap(({ proposal, ground }) =>
    judgeChecks(proposal, limits, ground).checks.map(
      (check) => `${check.code} ${JSON.stringify(check)}`,
    ),
  )
}

/** Those whose name stands in what judges a ban. */
function namesOfNumbers(): string[] {
  const folder = join(import.meta.dirname, '../../../src/core/enforceability')
  const text = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join()
  return Object.entries(defaultLimits)
    .filter(([name, value]) => typeof value === 'number' && text.includes(name))
    .map(([name]) => name)
}
