import { describe, expect, it } from 'vitest'
import { distanceMeters } from '../../../geo/distance.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { AlertLine } from '../../../src/replay/alert-line.ts'
import { replayScenario } from '../../../src/replay/replay.ts'
import { packScenario } from '../../../src/replay/scenario.ts'
import type { Storyline } from '../../../lab/town/cast.ts'
import { dayPlan, generateTown, stagePlan } from '../../../lab/town/town.ts'
import type { Town } from '../../../lab/town/town.ts'

const stageStartMs = Date.UTC(2026, 2, 10, 8)
const seeds = [1, 2, 3, 20_261_123]

function judge(town: Town): readonly AlertLine[] {
  return [...replayScenario(packScenario(town.scenario), defaultLimits, town.endMs, () => {})]
}

function isAbout(line: AlertLine, storyline: Storyline): boolean {
  const ids =
    line.kind === 'vendor-silent'
      ? [line.vendorId]
      : [line.offenderId, line.victimId, line.deviceId]
  return ids.some((id) => id !== null && storyline.subjectIds.includes(id))
}

describe.each([
  ['the day', dayPlan],
  ['the stage', stagePlan(stageStartMs)],
])('%s of a generated town', (_, plan) => {
  it.each(seeds)(
    'each story of a generated town raises its alerts and nothing else (seed %d)',
    (seed) => {
      const town = generateTown(seed, plan)
      const lines = judge(town)
      for (const storyline of town.storylines) {
        const own = lines.filter((line) => isAbout(line, storyline))
        for (const { kind, isEnded, isLate } of storyline.mustRaise) {
          const raised = own.filter((line) => line.event === 'raised' && line.kind === kind)
          expect(
            raised.map((line) => line.late),
            `${storyline.key}: ${kind}`,
          ).toEqual([isLate])
          if (isEnded) {
            const ended = own.filter((line) => line.event === 'ended' && line.kind === kind)
            expect(ended.length, `${storyline.key}: ${kind} ends`).toBeGreaterThan(0)
          }
        }
        const known = new Set([
          ...storyline.mustRaise.map(({ kind }) => kind),
          ...storyline.mayRaise,
        ])
        const surprises = own.filter(({ kind }) => !known.has(kind)).map(({ kind }) => kind)
        expect(surprises, `${storyline.key} surprises`).toEqual([])
      }
    },
  )

  it.each(seeds)(
    'people of a generated town who do nothing wrong raise nothing (seed %d)',
    (seed) => {
      const town = generateTown(seed, plan)
      const quiet = judge(town).filter(
        (line) => !town.storylines.some((storyline) => isAbout(line, storyline)),
      )
      expect(quiet.map(({ kind, reason }) => `${kind}: ${reason}`)).toEqual([])
    },
  )
})

describe('a generated town', () => {
  it('a generated town is the same for the same seed and another for another', () => {
    const plan = stagePlan(stageStartMs)
    expect(JSON.stringify(generateTown(7, plan))).toBe(JSON.stringify(generateTown(7, plan)))
    expect(generateTown(7, plan).scenario.fixes[0]).not.toEqual(
      generateTown(8, plan).scenario.fixes[0],
    )
  })

  it('a generated town has the people and the shapes of ban that the evaluator must know', () => {
    const { registry } = generateTown(1).scenario
    const roles = registry.persons.map(({ role }) => role)
    expect(registry.vendors.length).toBeGreaterThanOrEqual(2)
    expect(roles.filter((role) => role === 'offender').length).toBeGreaterThanOrEqual(12)
    expect(roles.filter((role) => role === 'victim').length).toBeGreaterThanOrEqual(8)
    const bans = registry.protectionOrders.flatMap(({ locationBans }) => locationBans)
    expect(bans.some(({ area }) => area.type === 'circle')).toBe(true)
    const geometries = bans.flatMap(({ area }) => (area.type === 'geometry' ? [area.geometry] : []))
    expect(geometries.some(({ type }) => type === 'Polygon')).toBe(true)
    expect(
      geometries.some(
        (geometry) =>
          geometry.type === 'MultiPolygon' && geometry.coordinates.some((part) => part.length > 1),
      ),
    ).toBe(true)
    expect(bans.some(({ schedule }) => schedule?.weekly !== null && schedule !== null)).toBe(true)
  })

  it('a generated town moves nobody faster than its train, noise included', () => {
    const town = generateTown(3)
    const last = new Map<string, { atMs: number; longitude: number; latitude: number }>()
    const gnss = town.scenario.fixes
      .filter(({ source }) => source === 'gnss')
      .toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
    for (const { deviceId, recordedAtMs, longitude, latitude } of gnss) {
      const before = last.get(deviceId)
      if (before !== undefined && recordedAtMs > before.atMs) {
        const meters = distanceMeters(before.longitude, before.latitude, longitude, latitude)
        expect(meters / ((recordedAtMs - before.atMs) / 1000)).toBeLessThan(40)
      }
      last.set(deviceId, { atMs: recordedAtMs, longitude, latitude })
    }
  })

  it('a generated town has noise, network positions, double uploads and late ones', () => {
    const { fixes, deviceEvents } = generateTown(1).scenario
    expect(fixes.some(({ source }) => source === 'network')).toBe(true)
    expect(deviceEvents.some(({ kind }) => kind === 'heartbeat')).toBe(true)
    expect(fixes.some((fix) => fix.receivedAtMs - fix.recordedAtMs > 120_000)).toBe(true)
    const keys = fixes.map(({ deviceId, sequence }) => `${deviceId} ${sequence}`)
    expect(new Set(keys).size).toBeLessThan(keys.length)
  })
})
