import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createRandom } from '../../lab/simulate/random.ts'
import { replayScenario } from '../../src/replay/replay.ts'
import { packScenario } from '../../src/replay/scenario.ts'
import type { Scenario } from '../../src/replay/scenario.ts'
import { generateTown, stagePlan } from '../../lab/town/town.ts'

const startMs = Date.UTC(2026, 2, 10, 8)
const town = generateTown(11, stagePlan(startMs))

function linesOf(scenario: Scenario, untilMs: number | null = town.endMs): readonly string[] {
  const lines = replayScenario(packScenario(scenario), defaultLimits, untilMs, () => {})
  return [...lines].map((line) => JSON.stringify(line))
}

describe('a replay', () => {
  it('prints the same bytes every time', () => {
    expect(linesOf(town.scenario)).toEqual(linesOf(town.scenario))
  })

  it('does not depend on the order of the file, only on receipt', () => {
    const random = createRandom(9)
    // Fixes received in the same millisecond keep the order of the file, so
    // that order is kept here too.
    const byMoment = Map.groupBy(town.scenario.fixes, ({ receivedAtMs }) => receivedAtMs)
    const moments = [...byMoment.values()].map((group) => ({ group, key: random.next() }))
    const fixes = moments
      .toSorted((one, other) => one.key - other.key)
      .flatMap(({ group }) => group)
    expect(linesOf({ ...town.scenario, fixes })).toEqual(linesOf(town.scenario))
  })

  it('finds the same alerts when every fix comes twice', () => {
    const twice = { ...town.scenario, fixes: town.scenario.fixes.flatMap((fix) => [fix, fix]) }
    expect(linesOf(twice)).toEqual(linesOf(town.scenario))
  })

  it('stops its clock at --until and has seen nothing after it', () => {
    const untilMs = startMs + 60_000
    const before = linesOf(town.scenario, untilMs).map(
      (line) => JSON.parse(line) as { raisedAt: string },
    )
    expect(before.length).toBeGreaterThan(0)
    expect(before.every(({ raisedAt }) => Date.parse(raisedAt) <= untilMs)).toBe(true)
  })

  it('lets a silence fall due after the last line', () => {
    const fixes = town.scenario.fixes.filter(({ receivedAtMs }) => receivedAtMs < startMs + 30_000)
    const scenario = { ...town.scenario, fixes, deviceEvents: [] }
    const silences = (untilMs: number | null): number =>
      linesOf(scenario, untilMs).filter((line) => line.includes('-silent"')).length
    expect(silences(null)).toBe(0)
    expect(silences(startMs + 600_000)).toBeGreaterThan(0)
  })

  it('names an alert once, and says how it ended in the contract’s shape', () => {
    const lines = linesOf(town.scenario).map((line) => JSON.parse(line) as Record<string, unknown>)
    const raised = lines.filter(({ event }) => event === 'raised')
    expect(new Set(raised.map(({ id }) => id)).size).toBe(raised.length)
    const ended = lines.find(
      ({ event, kind }) => event === 'ended' && kind === 'location-ban-breach',
    )
    expect(ended).toMatchObject({ priority: 'P1', status: 'open', clearedAt: expect.any(String) })
  })

  it('of no positions at all still runs the clock of the orders', () => {
    const empty = { ...town.scenario, fixes: [], deviceEvents: [] }
    expect(linesOf(empty, startMs + 3_600_000).length).toBeGreaterThan(0)
  })
})
